/**
 * Reads the members of a request as AWS's front door does: a wrong JSON type is a SerializationException, all
 * broken constraints together are one ValidationException ("2 validation errors detected: ...").
 */
import { AwsError } from '../../../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import { validationError } from './errors.ts';

interface TextRules {
  min?: number;
  max?: number;
  /** In AWS's order, which the message repeats. */
  values?: readonly string[];
  /** AWS's pattern as the message shows it. */
  pattern?: string;
}

interface NumberRules {
  min?: number;
  max?: number;
}

export class Members {
  readonly #body: JsonObject;
  readonly #faults: string[];
  readonly #prefix: string;

  constructor(body: JsonObject, parent?: { faults: string[]; prefix: string }) {
    this.#body = body;
    this.#faults = parent?.faults ?? [];
    this.#prefix = parent?.prefix ?? '';
  }

  /** Reads with `read` and throws if any constraint was broken. */
  static read<T>(body: JsonObject, read: (members: Members) => T): T {
    const members = new Members(body);
    const result = read(members);
    members.check();
    return result;
  }

  check(): void {
    const faults = this.#faults;
    if (faults.length === 0) return;
    const noun = faults.length === 1 ? 'error' : 'errors';
    throw validationError(`${faults.length} validation ${noun} detected: ${faults.join('; ')}`);
  }

  has(name: string): boolean {
    const value = this.#body[name];
    return value !== undefined && value !== null;
  }

  /** A required text; the empty text stands in where it is missing (`check` then throws). */
  text(name: string, rules: TextRules = {}): string {
    const value = this.optionalText(name, rules);
    if (value === undefined) this.fault('null', name, 'Member must not be null');
    return value ?? '';
  }

  optionalText(name: string, rules: TextRules = {}): string | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw notOfType(name, 'STRING_VALUE');
    this.#checkText(name, value, rules);
    return value;
  }

  optionalNumber(name: string, rules: NumberRules = {}): number | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number') throw notOfType(name, 'NUMBER_VALUE');
    if (rules.min !== undefined && value < rules.min)
      this.fault(`'${value}'`, name, `Member must have value greater than or equal to ${rules.min}`);
    if (rules.max !== undefined && value > rules.max)
      this.fault(`'${value}'`, name, `Member must have value less than or equal to ${rules.max}`);
    return value;
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'boolean') throw notOfType(name, 'TRUE_VALUE');
    return value;
  }

  optionalObject(name: string): Members | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null) return undefined;
    if (!isJsonObject(value)) throw notOfType(name, 'START_OBJECT');
    return new Members(value, { faults: this.#faults, prefix: `${this.#prefix}${name}.` });
  }

  optionalList(name: string): Json[] | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw notOfType(name, 'START_ARRAY');
    return value;
  }

  /** The objects of a list, each as members of its own (`name.1.member.`, counted from 1 as AWS does). */
  optionalObjects(name: string): Members[] | undefined {
    return this.optionalList(name)?.map((value, index) => {
      if (!isJsonObject(value)) throw notOfType(name, 'START_OBJECT');
      return new Members(value, {
        faults: this.#faults,
        prefix: `${this.#prefix}${name}.${index + 1}.member.`,
      });
    });
  }

  /** Notes a broken constraint; `shown` is the value as the message has it (`'x'` or `null`). */
  fault(shown: string, name: string, constraint: string): void {
    this.#faults.push(
      `Value ${shown} at '${this.#prefix}${name}' failed to satisfy constraint: ${constraint}`,
    );
  }

  #checkText(name: string, value: string, rules: TextRules): void {
    const shown = `'${value}'`;
    if (rules.min !== undefined && value.length < rules.min)
      this.fault(shown, name, `Member must have length greater than or equal to ${rules.min}`);
    if (rules.max !== undefined && value.length > rules.max)
      this.fault(shown, name, `Member must have length less than or equal to ${rules.max}`);
    if (rules.values && !rules.values.includes(value))
      this.fault(shown, name, `Member must satisfy enum value set: [${rules.values.join(', ')}]`);
    if (rules.pattern !== undefined && !new RegExp(rules.pattern).test(value))
      this.fault(shown, name, `Member must satisfy regular expression pattern: ${rules.pattern}`);
  }
}

function notOfType(name: string, wanted: string): AwsError {
  return new AwsError('SerializationException', `Member '${name}' must be ${wanted.replace('_', ' ')}.`);
}

/** An ARN member as AWS constrains it. */
export const ARN_RULES: TextRules = { min: 1, max: 256 };
/** ARNs of Map Runs and executions of children may be longer. */
export const LONG_ARN_RULES: TextRules = { min: 1, max: 2000 };

/** `maxResults` and `nextToken` of every list operation. */
export function readPage(members: Members): { maxResults: number; nextToken: string | undefined } {
  const maxResults = members.optionalNumber('maxResults', { min: 0, max: 1000 }) ?? 0;
  const nextToken = members.optionalText('nextToken', { min: 1, max: 1024 });
  return { maxResults: maxResults === 0 ? DEFAULT_PAGE : maxResults, nextToken };
}

const DEFAULT_PAGE = 100;

/** Task tokens. */
export const TOKEN_RULES: TextRules = { min: 1, max: 2048 };
