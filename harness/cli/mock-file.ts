import { readFileSync } from 'node:fs';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { parseJson } from '../core/json-parse.ts';

/**
 * Reads a MockConfigFile of Step Functions Local (its parts are checked by the service).
 * @throws HarnessError `mock-config` (exit code 2)
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html
 */
export function readMockFile(file: string): Json {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new HarnessError('mock-config', `The mock file ${file} cannot be read.`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'Name an existing file with --mocks or SFN_MOCK_CONFIG.',
      location: { file },
      cause: error,
    });
  }
  try {
    return parseJson(text);
  } catch (error) {
    throw new HarnessError('mock-config', `The mock file ${file} is not JSON: ${(error as Error).message}.`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'Correct it; the format is that of Step Functions Local.',
      location: { file },
      cause: error,
    });
  }
}
