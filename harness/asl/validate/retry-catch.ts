/** Retriers and Catchers. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { QueryLanguage } from '../definition.ts';
import { checkAssign } from './assign.ts';
import { checkExpressions } from './jsonata-expressions.ts';
import { checkPath, checkTemplate } from './paths.ts';
import type { Report } from './report.ts';
import { expectAll, expectEnum, expectNumber, expectOnly, expectType } from './shapes.ts';

const RETRIER_FIELDS = [
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
];
const MAX_DELAY_SECONDS = 31_622_400;
const MAX_SECONDS = 99_999_999;

export function checkRetry(report: Report, retry: Json | undefined, location: string): void {
  for (const [retrier, at] of entries(report, retry, location)) {
    expectOnly(report, retrier, RETRIER_FIELDS, at);
    expectNumber(report, retrier, 'IntervalSeconds', { min: 0, max: MAX_SECONDS }, at);
    expectNumber(report, retrier, 'MaxAttempts', { min: 0, max: MAX_SECONDS }, at);
    expectNumber(report, retrier, 'BackoffRate', { min: 1, integer: false }, at);
    expectNumber(report, retrier, 'MaxDelaySeconds', { min: 1, max: MAX_DELAY_SECONDS }, at);
    expectEnum(report, retrier['JitterStrategy'], ['NONE', 'FULL'], `${at}/JitterStrategy`);
  }
}

export function checkCatch(
  report: Report,
  catchers: Json | undefined,
  language: QueryLanguage,
  outer: ReadonlySet<string>,
  location: string,
): void {
  const own = language === 'JSONata' ? 'Output' : 'ResultPath';
  for (const [catcher, at] of entries(report, catchers, location)) {
    expectOnly(report, catcher, ['Comment', 'ErrorEquals', 'Next', 'Assign', own], at);
    if (expectAll(report, catcher, ['Next'], at)) expectType(report, catcher['Next'], 'String', `${at}/Next`);
    checkAssign(report, catcher['Assign'], language, outer, `${at}/Assign`);
    if (language === 'JSONata') {
      checkExpressions(report, catcher['Output'], `${at}/Output`, true);
      checkExpressions(report, catcher['Assign'], `${at}/Assign`, true);
    } else {
      checkPath(report, catcher, 'ResultPath', 'result', at);
      checkTemplate(report, catcher['Assign'], `${at}/Assign`);
    }
  }
}

/** The entries with their locations, their ErrorEquals checked. */
function entries(report: Report, list: Json | undefined, location: string): [JsonObject, string][] {
  if (list === undefined || !expectType(report, list, 'Array', location)) return [];
  const array = list as Json[];
  return array.flatMap((entry, i) => {
    const at = `${location}[${i}]`;
    if (!isJsonObject(entry)) {
      report.schema('Expected value of type Object', at);
      return [];
    }
    if (expectAll(report, entry, ['ErrorEquals'], at)) {
      checkErrorEquals(report, entry['ErrorEquals'] as Json, i === array.length - 1, `${at}/ErrorEquals`);
    }
    return [[entry, at] as [JsonObject, string]];
  });
}

function checkErrorEquals(report: Report, names: Json, last: boolean, location: string): void {
  if (!expectType(report, names, 'Array', location)) return;
  const list = names as Json[];
  if (list.length === 0) report.schema('Value cannot be empty', location);
  for (const [i, name] of list.entries()) expectType(report, name, 'String', `${location}[${i}]`);
  if (list.includes('States.ALL') && (list.length > 1 || !last)) {
    report.schema('States.ALL must appear alone and at end of list', location);
  }
}
