/**
 * The rule of a composite alarm: `ALARM("name or ARN")`, `OK(...)`, `INSUFFICIENT_DATA(...)`, TRUE and FALSE with
 * NOT, AND, OR and parentheses. Pure.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
import type { AlarmState } from './alarm.ts';

export type AlarmRule =
  | { kind: 'constant'; value: boolean }
  | { kind: 'state'; state: AlarmState; alarmName: string }
  | { kind: 'not'; of: AlarmRule }
  | { kind: 'and' | 'or'; all: readonly AlarmRule[] };

/** The text is no rule; `offset` counts characters from 0. */
export class AlarmRuleError extends Error {
  readonly offset: number;
  constructor(expected: string, offset: number) {
    super(`${expected} expected at position ${offset}`);
    this.offset = offset;
  }
}

/** A quoted name keeps every character; a bare one ends before a parenthesis or space. */
const TOKEN = /\s*(?:(?<name>"[^"]*")|(?<symbol>[()])|(?<word>[^\s()"]+))/y;

interface Token {
  text: string;
  offset: number;
  isQuoted: boolean;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    end = TOKEN.lastIndex;
    const { name, symbol, word } = match.groups!;
    const found = (name ?? symbol ?? word)!;
    tokens.push({
      text: name === undefined ? found : found.slice(1, -1),
      offset: end - found.length,
      isQuoted: name !== undefined,
    });
  }
  if (text.slice(end).trim() !== '') throw new AlarmRuleError('a function or an alarm name', end);
  return tokens;
}

const STATES: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];
const MAX_DEPTH = 100;

/** NOT binds before AND, AND before OR. @throws AlarmRuleError */
export function parseAlarmRule(text: string): AlarmRule {
  const tokens = tokensOf(text);
  let next = 0;
  const offset = () => tokens[next]?.offset ?? text.length;
  const takes = (word: string): boolean => {
    const token = tokens[next];
    if (token === undefined || token.isQuoted || token.text !== word) return false;
    next++;
    return true;
  };
  const expect = (word: string): void => {
    if (!takes(word)) throw new AlarmRuleError(`'${word}'`, offset());
  };
  const joined = (kind: 'and' | 'or', operand: () => AlarmRule): AlarmRule => {
    const all = [operand()];
    while (takes(kind.toUpperCase())) all.push(operand());
    return all.length === 1 ? all[0]! : { kind, all };
  };
  const either = (depth: number): AlarmRule => joined('or', () => joined('and', () => single(depth)));
  const single = (depth: number): AlarmRule => {
    if (depth > MAX_DEPTH) throw new AlarmRuleError('a rule that is nested less deeply', offset());
    if (takes('NOT')) return { kind: 'not', of: single(depth + 1) };
    if (takes('TRUE')) return { kind: 'constant', value: true };
    if (takes('FALSE')) return { kind: 'constant', value: false };
    if (takes('(')) {
      const inner = either(depth + 1);
      expect(')');
      return inner;
    }
    const state = STATES.find(takes);
    if (state === undefined) throw new AlarmRuleError('a function', offset());
    expect('(');
    const name = tokens[next];
    if (!name || (!name.isQuoted && /^[()]$/.test(name.text))) {
      throw new AlarmRuleError('the name or ARN of an alarm', offset());
    }
    next++;
    expect(')');
    return { kind: 'state', state: state as AlarmState, alarmName: alarmNameOf(name.text) };
  };
  const rule = either(0);
  if (next < tokens.length) throw new AlarmRuleError('AND or OR', offset());
  return rule;
}

/** The name of the alarm that a name or an ARN means. */
export const alarmNameOf = (text: string): string =>
  /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.*)$/.exec(text)?.[1] ?? text;

/** The names in a rule, each once, in their order. */
export function alarmsIn(rule: AlarmRule): string[] {
  const names = (part: AlarmRule): string[] => {
    if (part.kind === 'state') return [part.alarmName];
    if (part.kind === 'not') return names(part.of);
    return part.kind === 'constant' ? [] : part.all.flatMap(names);
  };
  return [...new Set(names(rule))];
}

export function ruleHolds(rule: AlarmRule, stateOf: (alarmName: string) => AlarmState | undefined): boolean {
  if (rule.kind === 'constant') return rule.value;
  if (rule.kind === 'state') return stateOf(rule.alarmName) === rule.state;
  if (rule.kind === 'not') return !ruleHolds(rule.of, stateOf);
  const holds = (part: AlarmRule) => ruleHolds(part, stateOf);
  return rule.kind === 'and' ? rule.all.every(holds) : rule.all.some(holds);
}
