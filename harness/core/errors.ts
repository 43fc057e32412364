/**
 * Two kinds of error leave the harness: `AwsError` goes on the wire with AWS's own code, `HarnessError` goes to
 * the person at the terminal. ASL failures are neither: inside the interpreter they are values.
 */

/** An error of an AWS service, rendered by the protocol in use. `code` is AWS's exact error code. */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status that AWS answers with. */
  readonly status: number;
  /** Further members of the error body (S3: `Key`, `BucketName`; Lambda: `Type`, `Reason`). */
  readonly details: Readonly<Record<string, string | number | object>>;
  /** Response headers the error carries (e.g. `Retry-After`). */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    message: string,
    status = 400,
    extra: { details?: Record<string, string | number | object>; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.details = extra.details ?? {};
    this.headers = extra.headers ?? {};
  }
}

/** Exit codes of the command line. */
export const ExitCode = { passed: 0, expectationFailed: 1, inputWrong: 2, environmentFailed: 3 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Where in a person's file the trouble lies; lines and columns count from 1. */
export interface SourceLocation {
  file?: string;
  line?: number;
  column?: number;
  /** Dotted path of the field, e.g. `expect.objects[0].key`. */
  field?: string;
}

/**
 * An error for people: one clear sentence, a remedy, and where to look. `exitCode` says whose fault it is:
 * 2 the input is wrong, 3 the environment failed.
 */
export class HarnessError extends Error {
  /** Short stable code, kebab-case, e.g. `port-in-use`. */
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly remedy: string | undefined;
  readonly location: SourceLocation;

  constructor(
    code: string,
    message: string,
    options: { exitCode: ExitCode; remedy?: string; location?: SourceLocation; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HarnessError';
    this.code = code;
    this.exitCode = options.exitCode;
    this.remedy = options.remedy;
    this.location = options.location ?? {};
  }
}
