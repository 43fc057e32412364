import jsonataLanguage from 'jsonata';
import { z } from 'zod';
import { asBound, countBoundSchema, describeBound, keeps } from '../metrics/bound.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { keyPattern } from '../record/key-pattern.ts';
import type { ObjectRecord } from '../record/run-record.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';
import { jsonataExpression } from './jsonata.ts';
import { findMismatch } from './partial-match.ts';
import { show, showList } from './show.ts';

const byKeySchema = z.strictObject({
  /** Key, in which `*` stands for any text. */
  key: z.string().min(1),
  bucket: z.string().min(1).optional(),
  exists: z.boolean().optional(),
  count: countBoundSchema.optional(),
  /** What the JSON in each of the objects must match partially. */
  content: z.json().optional(),
  /** JSONata that must be true of the JSON in each of the objects (`$`). */
  that: jsonataExpression.optional(),
});

const nothingElseSchema = z.strictObject({
  /** Every object under this prefix must fit one of the keys of this list. */
  nothingElseUnder: z.string().min(1),
  bucket: z.string().min(1).optional(),
});

const expectationSchema = z.union([byKeySchema, nothingElseSchema]);
type ByKey = z.output<typeof byKeySchema>;
type NothingElse = z.output<typeof nothingElseSchema>;

/** Objects under the result prefix, and under the prefixes of `nothingElseUnder`, after the run. */
export const objects = defineAssertion({
  name: 'objects',
  schema: z.array(expectationSchema),
  evaluate(expected, evidence) {
    const byKey = expected.filter((one) => 'key' in one);
    return expected.flatMap((expectation, index): Verdict[] =>
      'key' in expectation
        ? judgeKey(expectation, evidence).map((verdict) => ({ ...verdict, path: [index, ...verdict.path] }))
        : [{ ...judgeRest(expectation, byKey, evidence), path: [index, 'nothingElseUnder'] }],
    );
  },
});

/** Keys whose contents are judged, and prefixes that must be listed for it. */
export function objectsToCollect(expected: z.output<typeof objects.schema>): {
  contentOf: string[];
  prefixes: { bucket?: string; prefix: string }[];
} {
  return {
    contentOf: expected.flatMap((one) =>
      'key' in one && (one.content !== undefined || one.that !== undefined) ? [one.key] : [],
    ),
    prefixes: expected.flatMap((one) =>
      'key' in one
        ? []
        : [{ prefix: one.nothingElseUnder, ...(one.bucket === undefined ? {} : { bucket: one.bucket }) }],
    ),
  };
}

const fits = (expectation: ByKey, one: ObjectRecord) =>
  keyPattern(expectation.key).test(one.key) &&
  (expectation.bucket === undefined || one.bucket === expectation.bucket);

function judgeKey(expectation: ByKey, evidence: Evidence): Verdict[] {
  const found = evidence.record.objects.filter((one) => fits(expectation, one));
  const bound = asBound(expectation.count ?? (expectation.exists === false ? 0 : ({ gte: 1 } as const)));
  const number: Verdict = {
    name: `objects ${expectation.key}`,
    outcome: keeps(bound, found.length, '') ? 'passed' : 'failed',
    expected: `${describeBound(bound, '')} objects`,
    actual: `${found.length}${found.length === 0 ? '' : `: ${showList(found.map((one) => one.key))}`}`,
    path: [],
    evidence: evidenceFiles.objects,
  };
  const { content, that } = expectation;
  return [
    number,
    ...(content === undefined
      ? []
      : [judgeContent(expectation, 'content', show(content), found, (value) => differs(content, value))]),
    ...(that === undefined
      ? []
      : [judgeContent(expectation, 'that', `${that} is true`, found, (value) => untrue(that, value))]),
  ];
}

/** `problem` says of one object's JSON what is wrong with it. */
function judgeContent(
  { key }: ByKey,
  field: string,
  expected: string,
  found: readonly ObjectRecord[],
  problem: (value: unknown) => string | undefined,
): Verdict {
  const wrong = found.flatMap((one) => {
    const text = one.content === undefined ? 'its content is no JSON' : problem(one.content);
    return text === undefined ? [] : [`${one.key}: ${text}`];
  });
  return {
    name: `content of ${key}`,
    outcome: wrong.length === 0 && found.length > 0 ? 'passed' : 'failed',
    expected,
    actual: wrong.length > 0 ? showList(wrong, 3) : `holds in ${found.length} objects`,
    path: [field],
    evidence: evidenceFiles.objects,
  };
}

function differs(expected: z.core.util.JSONType, value: unknown): string | undefined {
  const mismatch = findMismatch(expected, value);
  return mismatch && `${mismatch.at || 'it'} is ${mismatch.actual} instead of ${mismatch.expected}`;
}

function untrue(expression: string, value: unknown): string | undefined {
  try {
    const outcome: unknown = jsonataLanguage(expression).evaluate(value);
    return outcome === true ? undefined : show(outcome);
  } catch (error) {
    return `an error: ${(error as Error).message}`;
  }
}

function judgeRest(
  { nothingElseUnder, bucket }: NothingElse,
  named: readonly ByKey[],
  evidence: Evidence,
): Verdict {
  const under = evidence.record.objects.filter(
    (one) => one.key.startsWith(nothingElseUnder) && (bucket === undefined || one.bucket === bucket),
  );
  const foreign = under.filter((one) => !named.some((expectation) => fits(expectation, one)));
  return {
    name: `nothing else under ${nothingElseUnder}`,
    outcome: foreign.length === 0 ? 'passed' : 'failed',
    expected: `only ${showList(named.map(({ key }) => key))}`,
    actual:
      foreign.length === 0
        ? `${under.length} objects, all named`
        : `${foreign.length} more: ${showList(foreign.map(({ key }) => key))}`,
    path: [],
    evidence: evidenceFiles.objects,
  };
}
