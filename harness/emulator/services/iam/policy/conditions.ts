/**
 * Condition operators of IAM policies.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { BlockList, isIP } from 'node:net';
import { matchesWildcard } from './wildcard.ts';

/** Values of context keys, e.g. `aws:SourceArn`; several where a key is multivalued. */
export type RequestContext = { readonly [key: string]: string | readonly string[] | undefined };

type Test = (actual: string, expected: string) => boolean;

const numeric =
  (compare: (a: number, b: number) => boolean): Test =>
  (actual, expected) =>
    compare(Number(actual), Number(expected));

const date =
  (compare: (a: number, b: number) => boolean): Test =>
  (actual, expected) =>
    compare(timeOf(actual), timeOf(expected));

const timeOf = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

/** The six segments of ARNs are matched each for itself: `*` does not run over a colon. */
const arnLike: Test = (actual, expected) => {
  const [a, e] = [splitArn(actual), splitArn(expected)];
  return a.length === e.length && e.every((pattern, i) => matchesWildcard(pattern, a[i]!));
};

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Operators that hold when one of the expected values does. */
const POSITIVE: ReadonlyMap<string, Test> = new Map(
  Object.entries<Test>({
    StringEquals: (actual, expected) => actual === expected,
    StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
    StringLike: (actual, expected) => matchesWildcard(expected, actual),
    NumericEquals: numeric((a, b) => a === b),
    NumericLessThan: numeric((a, b) => a < b),
    NumericLessThanEquals: numeric((a, b) => a <= b),
    NumericGreaterThan: numeric((a, b) => a > b),
    NumericGreaterThanEquals: numeric((a, b) => a >= b),
    DateEquals: date((a, b) => a === b),
    DateLessThan: date((a, b) => a < b),
    DateLessThanEquals: date((a, b) => a <= b),
    DateGreaterThan: date((a, b) => a > b),
    DateGreaterThanEquals: date((a, b) => a >= b),
    Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
    BinaryEquals: (actual, expected) => actual === expected,
    IpAddress: inNetwork,
    ArnEquals: arnLike,
    ArnLike: arnLike,
  }),
);

/** Their opposites: hold when none of the expected values does. */
const NEGATIVE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    StringNotEquals: 'StringEquals',
    StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
    StringNotLike: 'StringLike',
    NumericNotEquals: 'NumericEquals',
    DateNotEquals: 'DateEquals',
    NotIpAddress: 'IpAddress',
    ArnNotEquals: 'ArnEquals',
    ArnNotLike: 'ArnLike',
  }),
);

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/** Whether policies may use an operator; `ForAllValues:` and `IfExists` belong to it. */
export function isOperator(text: string): boolean {
  const operator = OPERATOR.exec(text)?.[2] ?? '';
  return operator === 'Null' || POSITIVE.has(operator) || NEGATIVE.has(operator);
}

/** True when a condition holds. An operator that is not known never holds. */
export function conditionHolds(
  condition: { operator: string; key: string; values: readonly string[] },
  context: RequestContext,
): boolean {
  const match = OPERATOR.exec(condition.operator);
  if (!match) return false;
  const [, quantifier, operator = '', ifExists] = match;
  const found = lookUp(context, condition.key);
  if (operator === 'Null') {
    return condition.values.some((value) => (value.toLowerCase() === 'true') === (found === undefined));
  }
  const isNegative = NEGATIVE.has(operator);
  const test = POSITIVE.get(NEGATIVE.get(operator) ?? operator);
  if (!test) return false;
  if (found === undefined) {
    if (ifExists || quantifier === 'ForAllValues') return true;
    // A key that is absent is not equal to anything; of no value at all, none is.
    return isNegative && quantifier === undefined;
  }
  const holds = (actual: string) => condition.values.some((value) => test(actual, value)) !== isNegative;
  return quantifier === 'ForAllValues' || (isNegative && quantifier === undefined)
    ? found.every(holds)
    : found.some(holds);
}

/** The values of a context key, whose name is not case-sensitive. */
export function lookUp(context: RequestContext, key: string): readonly string[] | undefined {
  const name = Object.keys(context).find((candidate) => candidate.toLowerCase() === key.toLowerCase());
  const value = name === undefined ? undefined : context[name];
  return value === undefined || typeof value !== 'string' ? value : [value];
}

/** An address within `a.b.c.d/n`, or its like of IPv6; without `/n` the address itself. */
function inNetwork(address: string, network: string): boolean {
  const slash = network.indexOf('/');
  const base = slash < 0 ? network : network.slice(0, slash);
  const family = isIP(address);
  if (family === 0 || isIP(base) !== family) return false;
  const longest = family === 4 ? 32 : 128;
  const bits = slash < 0 ? longest : Number(network.slice(slash + 1));
  if (!Number.isInteger(bits) || bits < 0 || bits > longest) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(base, bits, type);
  return list.check(address, type);
}
