import { compile } from '../asl/compile.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';

/** What a placeholder of the deployment (`${InitFunctionArn}`) stands for while a definition is checked. */
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:placeholder';

/** Checks a definition of the Amazon States Language; `${Name}` placeholders of a deployment are allowed. */
export function validateStateMachine(file: string, text: string): string {
  const { diagnostics, program } = compile(fillPlaceholders(text), { type: 'STANDARD' });
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'ERROR');
  if (!program || errors.length > 0) {
    const lines = errors.map(
      ({ code, message, location }) => `${file}: ${location ?? '/'}: ${withoutFullStop(message)} (${code})`,
    );
    throw new HarnessError('definition-invalid', lines.join('\n') || `${file} is no state machine`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
    });
  }
  const warnings = diagnostics.map(
    ({ message, location }) => `\n  warning at ${location ?? '/'}: ${message}`,
  );
  return `valid state machine${warnings.join('')}`;
}

function fillPlaceholders(text: string): string {
  return text
    .replace(/("ExecutionType"\s*:\s*)"\$\{\w+\}"/g, '$1"STANDARD"')
    .replace(/"\$\{\w+\}"/g, JSON.stringify(ARN));
}

const withoutFullStop = (text: string) => text.replace(/\.$/, '');
