import { compile } from '../asl/compile.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';

/** Checks a definition of the Amazon States Language; `${Name}` substitutions are as good as any text. */
export function validateStateMachine(file: string, text: string): string {
  const { diagnostics, program } = compile(text, { type: 'STANDARD' });
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'ERROR');
  if (!program || errors.length > 0) {
    const lines = errors.map(
      ({ code, message, location }) => `${file}: ${location ?? '/'}: ${message} (${code})`,
    );
    throw new HarnessError('definition-invalid', lines.join('\n') || `${file} is no state machine`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
    });
  }
  return 'valid state machine';
}
