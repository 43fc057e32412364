/** Conditions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html */
import type { Json } from '../../../core/json.ts';
import { textOf, UNKNOWN, type Value } from '../value.ts';
import type { Intrinsic, IntrinsicContext } from './intrinsic.ts';

/** The value of a named condition, true after a mistake that is reported. */
function named(name: Json, context: IntrinsicContext): boolean | typeof UNKNOWN {
  if (typeof name !== 'string') {
    context.wrong('needs the name of a condition');
    return UNKNOWN;
  }
  const value = context.evaluation.condition(name);
  if (value !== undefined) return value;
  context.wrong(
    `names the condition ${name}, which the template does not have`,
    'declare it below Conditions',
  );
  return UNKNOWN;
}

const ifThen: Intrinsic = {
  name: 'Fn::If',
  evaluate(argument, context) {
    if (!Array.isArray(argument) || argument.length !== 3)
      return context.wrong('needs a condition and two values', 'write [Condition, value, other value]');
    const holds = named(argument[0]!, context);
    if (holds === UNKNOWN) return UNKNOWN;
    return holds ? context.evaluate(argument[1]!, 1) : context.evaluate(argument[2]!, 2);
  },
};

const condition: Intrinsic = { name: 'Condition', evaluate: (argument, context) => named(argument, context) };

const equals: Intrinsic = {
  name: 'Fn::Equals',
  evaluate(argument, context) {
    if (!Array.isArray(argument) || argument.length !== 2) return context.wrong('compares two values');
    const values = argument.map((one, index) => context.evaluate(one, index));
    if (values.includes(UNKNOWN)) return UNKNOWN;
    const comparable = (value: Value) => {
      const text = textOf(value);
      return text === undefined ? JSON.stringify(value) : context.evaluation.concrete(text);
    };
    return comparable(values[0]!) === comparable(values[1]!);
  },
};

function booleans(argument: Json, context: IntrinsicContext, least: number): boolean[] | undefined {
  if (!Array.isArray(argument) || argument.length < least || argument.length > 10) {
    context.wrong(least === 1 ? 'negates one condition' : 'combines two to ten conditions');
    return undefined;
  }
  const values = argument.map((one, index) => context.evaluate(one, index));
  if (values.includes(UNKNOWN)) return undefined;
  const found = values.map((one) => ({ true: true, false: false })[textOf(one) ?? '']);
  if (!found.includes(undefined)) return found as boolean[];
  context.wrong('works on conditions, and one of its values is none');
  return undefined;
}

const and: Intrinsic = {
  name: 'Fn::And',
  evaluate: (argument, context) => booleans(argument, context, 2)?.every(Boolean) ?? UNKNOWN,
};
const or: Intrinsic = {
  name: 'Fn::Or',
  evaluate: (argument, context) => booleans(argument, context, 2)?.some(Boolean) ?? UNKNOWN,
};
const not: Intrinsic = {
  name: 'Fn::Not',
  evaluate(argument, context) {
    const found = booleans(argument, context, 1);
    return found === undefined ? UNKNOWN : !found[0];
  },
};

export const conditionIntrinsics: readonly Intrinsic[] = [ifThen, condition, equals, and, or, not];
