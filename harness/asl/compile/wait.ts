/** How long a Wait state waits: Seconds or Timestamp, each as a literal, a path or an expression. */
import { numberOf } from '../../core/json.ts';
import { printJson } from '../../core/json-print.ts';
import { timestampMs } from '../choice/timestamp.ts';
import { isJsonataString } from '../data/jsonata.ts';
import { AslFailure, type Evaluator, type Scope } from '../data/scope.ts';
import type { WaitState } from '../definition.ts';
import type { FieldCompiler } from './fields.ts';

/** 2^31 - 1 seconds, 24,855 days: recorded on AWS as the longest wait. */
const MAX_DELAY_MS = 2_147_483_647_000;

/** Milliseconds from the scope's now, at least 0. */
export function compileDelay(state: WaitState, fields: FieldCompiler): Evaluator<number> {
  const delay = delayOf(state, fields);
  return (scope) => {
    const delayMs = delay(scope);
    if (delayMs > MAX_DELAY_MS) throw new AslFailure('States.Runtime', 'Wait state delay is too long.');
    return Math.max(0, delayMs);
  };
}

function delayOf(state: WaitState, fields: FieldCompiler): Evaluator<number> {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
  if (SecondsPath !== undefined) return secondsPath(SecondsPath, fields);
  if (TimestampPath !== undefined) return timestampPath(TimestampPath, fields);
  if (typeof Seconds === 'number') return () => Seconds * 1000;
  if (isJsonataString(Seconds)) return secondsExpression(Seconds, fields);
  const text = Timestamp ?? '';
  if (fields.language === 'JSONata' && isJsonataString(text)) return timestampExpression(text, fields);
  const atMs = timestampMs(text) ?? 0;
  return (scope) => atMs - scope.nowMs;
}

function secondsPath(text: string, fields: FieldCompiler): Evaluator<number> {
  const path = fields.parse(text);
  return (scope) => {
    const value = path.find(scope);
    if (value === undefined) {
      throw runtime(`The SecondsPath parameter does not reference an input value: ${text}`);
    }
    const shown = typeof value === 'string' ? value : printJson(value);
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw runtime(`The SecondsPath parameter cannot be parsed as a long value: ${text} == ${shown}`);
    }
    if (value < 0) {
      throw runtime(`The SecondsPath parameter references a negative value: ${text} == ${shown}`);
    }
    return value * 1000;
  };
}

function timestampPath(text: string, fields: FieldCompiler): Evaluator<number> {
  const path = fields.parse(text);
  return (scope) => {
    const value = path.find(scope);
    if (value === undefined) {
      throw runtime(`The TimestampPath parameter does not reference an input value: ${text}`);
    }
    const atMs = timestampMs(value);
    if (atMs !== undefined) return atMs - scope.nowMs;
    const shown = typeof value === 'string' ? value : printJson(value);
    throw runtime(
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${text} == ${shown}`,
    );
  };
}

function secondsExpression(text: string, fields: FieldCompiler): Evaluator<number> {
  const evaluate = fields.typed<number>(text, 'Seconds', ['number']);
  return (scope) => {
    const result = evaluate(scope);
    const value = numberOf(result) ?? Number.NaN;
    if (Number.isInteger(value) && value >= 0) return value * 1000;
    throw new AslFailure(
      'States.QueryEvaluationError',
      `The Seconds field must be a non-negative integer but was: ${result}`,
      'Seconds',
    );
  };
}

function timestampExpression(text: string, fields: FieldCompiler): Evaluator<number> {
  const evaluate = fields.typed<string>(text, 'Timestamp', ['string']);
  return (scope: Scope) => {
    const value = evaluate(scope);
    const atMs = timestampMs(value);
    if (atMs !== undefined) return atMs - scope.nowMs;
    throw new AslFailure(
      'States.QueryEvaluationError',
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${value}`,
      'Timestamp',
    );
  };
}

function runtime(text: string): AslFailure {
  return new AslFailure('States.Runtime', text);
}
