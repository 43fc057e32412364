import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { type ChaosRuleInput, parseChaosRules } from '../emulator/chaos/rule.ts';

/** Reads the rules of `--chaos FILE` (YAML or JSON). @throws HarnessError `chaos-rules` (exit code 2) */
export function readChaosFile(file: string): ChaosRuleInput[] {
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const place = error instanceof YAMLParseError ? error.linePos?.[0] : undefined;
    throw new HarnessError(
      'chaos-rules',
      `The chaos rules of ${file} cannot be read: ${(error as Error).message.split('\n')[0]}`,
      {
        exitCode: ExitCode.inputWrong,
        remedy:
          'Name a YAML file with a list of rules, such as: - {on: s3.GetObject, calls: 1-3, throw: SlowDown}',
        location: { file, ...(place ? { line: place.line, column: place.col } : {}) },
        cause: error,
      },
    );
  }
  parseChaosRules(value, file);
  const list = Array.isArray(value) ? value : (value as { rules: unknown }).rules;
  return list as ChaosRuleInput[];
}
