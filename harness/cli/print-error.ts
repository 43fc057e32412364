import { ExitCode, HarnessError } from '../core/errors.ts';
import { InvalidDocument, renderDiagnostic } from '../document/diagnostics.ts';
import { environmentError } from '../scenario/environment-error.ts';

/** Prints an error for a person to standard error and answers the exit code. */
export function printError(thrown: unknown, options: { debug: boolean }): ExitCode {
  const error = environmentError(thrown) ?? thrown;
  process.stderr.write(`${renderError(error)}\n`);
  if (options.debug && error instanceof Error) process.stderr.write(`${stackOf(error)}\n`);
  return error instanceof HarnessError ? error.exitCode : ExitCode.environmentFailed;
}

/** One clear sentence and a remedy; a scenario's mistakes each with their place in the file. */
export function renderError(error: unknown): string {
  if (error instanceof InvalidDocument) return error.diagnostics.map(renderDiagnostic).join('\n\n');
  if (error instanceof HarnessError) {
    return error.remedy ? `${sentence(error.message)}\n  ${error.remedy}` : sentence(error.message);
  }
  const message = error instanceof Error ? error.message : String(error);
  return `Unexpected failure: ${sentence(message)}\n  This is a defect of cosmicai itself; run again with --debug and report what it shows.`;
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
