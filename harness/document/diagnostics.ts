import { ExitCode, HarnessError } from '../core/errors.ts';

/** One mistake in a person's file; line and column count from 1. */
export interface Diagnostic {
  file: string;
  line: number;
  column: number;
  /** Dotted path of the field; empty when the file as a whole is meant. */
  field: string;
  /** One sentence without a full stop. */
  message: string;
  /** What to do: the allowed values, the nearest name. */
  hint?: string;
  /** The line of the file the caret points into. */
  sourceLine: string;
}

/** A scenario file that says something it must not. Carries every mistake found, the message tells the first. */
export class InvalidDocument extends HarnessError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const first = diagnostics[0]!;
    const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : '';
    super('invalid-document', `${first.file}:${first.line}:${first.column}: ${first.message}${more}`, {
      exitCode: ExitCode.inputWrong,
      location: { file: first.file, line: first.line, column: first.column, field: first.field },
      ...(first.hint === undefined ? {} : { remedy: first.hint }),
    });
    this.diagnostics = diagnostics;
  }
}

/** `file:line:column: sentence`, the line with a caret below it, and the hint. */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, message, hint, sourceLine } = diagnostic;
  const gutter = String(line);
  const caretPad = sourceLine.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const lines = [
    `${file}:${line}:${column}: ${message}.`,
    `  ${gutter} | ${sourceLine}`,
    `  ${' '.repeat(gutter.length)} | ${caretPad}^`,
  ];
  if (hint) lines.push(`  ${hint}`);
  return lines.join('\n');
}
