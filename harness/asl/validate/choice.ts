/** Choice rules of both query languages. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { CHOICE_OPERATORS } from '../choice/index.ts';
import { timestampMs } from '../choice/timestamp.ts';
import { isJsonataString } from '../data/jsonata.ts';
import type { QueryLanguage } from '../definition.ts';
import { checkAssign } from './assign.ts';
import { checkExpressions } from './jsonata-expressions.ts';
import { checkReferencePath, checkTemplate } from './paths.ts';
import type { Report } from './report.ts';
import { expectAll, expectOnly, expectType } from './shapes.ts';

const KINDS = ['And', 'Or', 'Not', 'Variable', 'Condition'];
const OPERATORS: readonly string[] = [
  ...[...CHOICE_OPERATORS].flatMap(([name, { takesPath }]) => (takesPath ? [name, `${name}Path`] : [name])),
  'IsPresent',
];

export function checkChoices(
  report: Report,
  choices: Json | undefined,
  language: QueryLanguage,
  outer: ReadonlySet<string>,
  location: string,
): void {
  if (choices === undefined || !expectType(report, choices, 'Array', location)) return;
  const rules = choices as Json[];
  if (rules.length === 0) report.schema('Value cannot be empty', location);
  rules.forEach((rule, i) => {
    const at = `${location}[${i}]`;
    if (!isJsonObject(rule)) {
      report.schema('Expected value of type Object', at);
      return;
    }
    if (expectAll(report, rule, ['Next'], at)) expectType(report, rule['Next'], 'String', `${at}/Next`);
    checkAssign(report, rule['Assign'], language, outer, `${at}/Assign`);
    if (language === 'JSONata') {
      checkConditionRule(report, rule, at);
    } else {
      checkTemplate(report, rule['Assign'], `${at}/Assign`);
      checkRule(report, rule, at, ['Next', 'Assign']);
    }
  });
}

function checkConditionRule(report: Report, rule: JsonObject, location: string): void {
  expectOnly(report, rule, ['Comment', 'Condition', 'Next', 'Assign', 'Output'], location);
  if (!expectAll(report, rule, ['Condition'], location)) return;
  const condition = rule['Condition'];
  if (typeof condition !== 'boolean' && !isJsonataString(condition)) {
    report.schema('Expected value of type Boolean', `${location}/Condition`);
  }
  for (const field of ['Condition', 'Assign', 'Output']) {
    checkExpressions(report, rule[field], `${location}/${field}`);
  }
}

/** A rule of a JSONPath state, nested ones too. `extra` are the fields of top-level rules. */
function checkRule(report: Report, rule: JsonObject, location: string, extra: readonly string[]): void {
  const kinds = KINDS.filter((kind) => rule[kind] !== undefined);
  if (kinds.length !== 1) {
    report.schema(`The object must have only one of the following fields, [${KINDS.join(', ')}]`, location);
    return;
  }
  const kind = kinds[0]!;
  if (kind === 'Condition') {
    report.schema(
      "The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage",
      location,
    );
    return;
  }
  const operators = kind === 'Variable' ? OPERATORS : [];
  expectOnly(report, rule, ['Comment', kind, ...operators, ...extra], location);
  if (kind === 'Variable') checkComparison(report, rule, location);
  else if (kind === 'Not') checkNested(report, rule['Not'] as Json, `${location}/Not`);
  else if (expectType(report, rule[kind], 'Array', `${location}/${kind}`)) {
    const rules = rule[kind] as Json[];
    if (rules.length === 0) report.schema('Value cannot be empty', `${location}/${kind}`);
    for (const [i, each] of rules.entries()) checkNested(report, each, `${location}/${kind}[${i}]`);
  }
}

function checkNested(report: Report, rule: Json, location: string): void {
  if (isJsonObject(rule)) checkRule(report, rule, location, []);
  else report.schema('Expected value of type Object', location);
}

function checkComparison(report: Report, rule: JsonObject, location: string): void {
  checkReferencePath(report, rule['Variable'], `${location}/Variable`);
  const used = OPERATORS.filter((operator) => rule[operator] !== undefined);
  if (used.length !== 1) {
    report.schema(`There should only be one of the following fields: [${OPERATORS.join(', ')}]`, location);
    return;
  }
  const operator = used[0]!;
  const operand = rule[operator];
  const at = `${location}/${operator}`;
  if (operator.endsWith('Path')) checkReferencePath(report, operand, at);
  else if (operator.startsWith('Is') || operator === 'BooleanEquals')
    expectType(report, operand, 'Boolean', at);
  else if (operator.startsWith('Numeric')) expectType(report, operand, 'Number', at);
  else if (expectType(report, operand, 'String', at) && operator.startsWith('Timestamp')) {
    if (timestampMs(operand as string) === undefined)
      report.schema('String does not match RFC3339 timestamp', at);
  }
}
