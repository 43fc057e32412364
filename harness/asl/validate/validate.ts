/**
 * Validation of definitions: what AWS refuses, with AWS's codes, texts and locations as far as they are recorded
 * or measured (conformance cases; ValidateStateMachineDefinition).
 */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { State, StateMachine } from '../definition.ts';
import type { MachineType } from '../program.ts';
import type { Diagnostic } from './diagnostic.ts';
import { parseDefinition } from './parse-definition.ts';
import { Report } from './report.ts';
import { expectEnum, expectNumber, expectOnly } from './shapes.ts';
import { checkGroup, checkState } from './state.ts';

const MACHINE_FIELDS = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const NO_NAMES: ReadonlySet<string> = new Set();

export interface Validation<T> {
  /** Absent exactly when a diagnostic has severity ERROR. */
  definition?: T;
  diagnostics: Diagnostic[];
}

/** A whole machine. Never throws, whatever the text. */
export function validate(text: string, type: MachineType): Validation<StateMachine> {
  const parsed = parseObject(text);
  if (!('object' in parsed)) return { diagnostics: [parsed.fault] };
  const machine = parsed.object;
  const report = new Report(type, machine['QueryLanguage'] === 'JSONata' ? 'JSONata' : 'JSONPath');
  expectOnly(report, machine, MACHINE_FIELDS, '/');
  expectEnum(report, machine['QueryLanguage'], ['JSONPath', 'JSONata'], '/QueryLanguage');
  expectEnum(report, machine['Version'], ['1.0'], '/Version');
  expectNumber(report, machine, 'TimeoutSeconds', { min: 0, max: 99_999_999 }, '');
  checkGroup(report, machine, NO_NAMES, '');
  return verdict(report, machine as unknown as StateMachine);
}

/** A single state, as TestState takes it: its targets need not exist. */
export function validateState(text: string, name: string, type: MachineType): Validation<State> {
  const parsed = parseObject(text);
  if (!('object' in parsed)) return { diagnostics: [parsed.fault] };
  const report = new Report(type, 'JSONPath');
  checkState(report, name, parsed.object, NO_NAMES, NO_NAMES, `/States/${name}`);
  return verdict(report, parsed.object as unknown as State);
}

function parseObject(text: string): { object: JsonObject } | { fault: Diagnostic } {
  const notAnObject: Diagnostic = {
    severity: 'ERROR',
    code: 'SCHEMA_VALIDATION_FAILED',
    message: 'Definition must be a valid JSON object',
  };
  if (text.trim() === '') return { fault: notAnObject };
  const parsed = parseDefinition(text);
  if ('fault' in parsed) return parsed;
  return isJsonObject(parsed.value) ? { object: parsed.value } : { fault: notAnObject };
}

function verdict<T>(report: Report, definition: T): Validation<T> {
  const { diagnostics } = report;
  const valid = diagnostics.every(({ severity }) => severity !== 'ERROR');
  return valid ? { definition, diagnostics } : { diagnostics };
}
