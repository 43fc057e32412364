/** Choice rules: a JSONata Condition, or comparisons of paths joined by And, Or and Not. */
import type { Json } from '../../core/json.ts';
import { CHOICE_OPERATORS } from '../choice/index.ts';
import { isJsonataString } from '../data/jsonata.ts';
import type { JsonPath } from '../data/jsonpath.ts';
import { AslFailure, type Evaluator, type Scope } from '../data/scope.ts';
import type { ChoiceRule } from '../definition.ts';
import type { CompiledChoiceRule } from '../program.ts';
import type { FieldCompiler } from './fields.ts';

export function compileChoiceRule(
  rule: ChoiceRule,
  index: number,
  fields: FieldCompiler,
): CompiledChoiceRule {
  const field = `Choices[${index}]`;
  const output = fields.value(fields.language === 'JSONata' ? rule.Output : undefined, `${field}/Output`);
  const assign = fields.members(rule.Assign, `${field}/Assign`);
  return {
    next: rule.Next ?? '',
    matches:
      fields.language === 'JSONata' ? compileCondition(rule, field, fields) : compileTest(rule, fields),
    ...(output && { output }),
    ...(assign && { assign }),
  };
}

function compileCondition(rule: ChoiceRule, field: string, fields: FieldCompiler): Evaluator<boolean> {
  const condition = rule.Condition ?? false;
  if (!isJsonataString(condition)) return () => condition === true;
  return fields.typed<boolean>(condition, `${field}/Condition`, ['boolean']);
}

function compileTest(rule: ChoiceRule, fields: FieldCompiler): Evaluator<boolean> {
  if (rule.Not) {
    const test = compileTest(rule.Not, fields);
    return (scope) => !test(scope);
  }
  if (rule.And) {
    const tests = rule.And.map((each) => compileTest(each, fields));
    return (scope) => tests.every((test) => test(scope));
  }
  if (rule.Or) {
    const tests = rule.Or.map((each) => compileTest(each, fields));
    return (scope) => tests.some((test) => test(scope));
  }
  return compileComparison(rule, fields);
}

function compileComparison(rule: ChoiceRule, fields: FieldCompiler): Evaluator<boolean> {
  const variable = fields.parse(rule.Variable ?? '$');
  if (rule['IsPresent'] !== undefined) {
    return (scope) => (variable.find(scope) !== undefined) === rule['IsPresent'];
  }
  for (const [name, operand] of Object.entries(rule)) {
    const literal = CHOICE_OPERATORS.get(name);
    if (literal) return (scope) => literal.compare(required(variable, scope), operand as Json);
    const byPath = name.endsWith('Path') ? CHOICE_OPERATORS.get(name.slice(0, -4)) : undefined;
    if (byPath?.takesPath && typeof operand === 'string') {
      const path = fields.parse(operand);
      return (scope) => byPath.compare(required(variable, scope), required(path, scope));
    }
  }
  return () => false;
}

function required(path: JsonPath, scope: Scope): Json {
  const value = path.find(scope);
  if (value !== undefined) return value;
  throw new AslFailure(
    'States.Runtime',
    `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
  );
}
