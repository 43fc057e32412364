import { z } from 'zod';
import { asBound, countBoundSchema, describeBound, keeps } from '../metrics/bound.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { jsonValue } from '../record/json-value.ts';
import { keyPattern, literalPrefix } from '../record/key-pattern.ts';
import type { ObjectRecord } from '../record/run-record.ts';
import { defineAssertion, evidenceFiles, type Verdict } from './assertion.ts';
import { jsonataExpression, whyUntrue } from './jsonata.ts';
import { describeSchema, objectSchema, problemBySchema } from './object-schema.ts';
import { describeMismatch, findMismatch } from './partial-match.ts';
import { show, showList } from './show.ts';

const byKeySchema = z.strictObject({
  key: z.string().min(1).describe('key, in which `*` stands for any text'),
  bucket: z.string().min(1).optional().describe('only in this bucket; in any when left out'),
  exists: z.boolean().optional().describe('`false`: there is none; at least one when left out'),
  count: countBoundSchema.optional().describe('how many there are; at least one when left out'),
  contentType: z.string().min(1).optional().describe('content type of each of them, `application/json`'),
  content: jsonValue.optional().describe('what the JSON in each of them matches partially'),
  that: jsonataExpression.optional().describe('JSONata that is true of the JSON in each of them (`$`)'),
  schema: objectSchema
    .optional()
    .describe(
      'JSON Schema that the JSON in each of them keeps, written here or a file relative to the scenario; draft 2020-12 unless its `$schema` says 2019-09 or draft-07',
    ),
});

const nothingElseSchema = z.strictObject({
  nothingElseUnder: z
    .string()
    .min(1)
    .describe('prefix, instead of `key`: every object under it fits one of the keys of this list'),
  bucket: z.string().min(1).optional().describe("the prefix's bucket; any when left out"),
});

const expectationSchema = z.union([byKeySchema, nothingElseSchema]);
type ByKey = z.output<typeof byKeySchema>;
type NothingElse = z.output<typeof nothingElseSchema>;

/** Objects in the project's buckets after the run: under the prefixes that the keys begin with. */
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

/** What is asked of the content. */
const CONTENT_FIELDS = ['content', 'that', 'schema'] as const;

/** A prefix that must be listed for an expectation. */
export interface AskedPrefix {
  bucket?: string;
  prefix: string;
  /** Of a key: where what executions write is listed anyway, only a bucket that is named is listed beside it. */
  onlyIfNamed: boolean;
}

/** Keys whose contents are judged, and prefixes that must be listed for it. */
export function objectsToCollect(expected: z.output<typeof objects.schema>): {
  contentOf: string[];
  contentTypeOf: string[];
  prefixes: AskedPrefix[];
} {
  return {
    contentOf: expected.flatMap((one) =>
      'key' in one && CONTENT_FIELDS.some((field) => one[field] !== undefined) ? [one.key] : [],
    ),
    contentTypeOf: expected.flatMap((one) =>
      'key' in one && one.contentType !== undefined ? [one.key] : [],
    ),
    prefixes: expected.map((one) => ({
      ...(one.bucket === undefined ? {} : { bucket: one.bucket }),
      ...('key' in one
        ? { prefix: literalPrefix(one.key), onlyIfNamed: true }
        : { prefix: one.nothingElseUnder, onlyIfNamed: false }),
    })),
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
  const { content, contentType, that, schema } = expectation;
  const verdicts = [number];
  if (contentType !== undefined) verdicts.push(judgeContentType(expectation.key, contentType, found));
  const judge = (field: string, expected: string, problem: Problem | undefined) =>
    verdicts.push(judgeContent(expectation, field, expected, found, problem));
  if (content !== undefined) judge('content', show(content), (value) => differs(content, value));
  if (that !== undefined) judge('that', `${that} is true`, (value) => whyUntrue(that, value));
  if (schema !== undefined) judge('schema', describeSchema(schema), problemBySchema(schema, evidence));
  return verdicts;
}

function judgeContentType(key: string, wanted: string, found: readonly ObjectRecord[]): Verdict {
  const wrong = found.filter(({ contentType }) => contentType !== wanted);
  return {
    name: `content type of ${key}`,
    outcome: wrong.length === 0 && found.length > 0 ? 'passed' : 'failed',
    expected: wanted,
    actual:
      wrong.length === 0
        ? `holds in ${found.length} objects`
        : showList(
            wrong.map((one) => `${one.key}: ${one.contentType ?? 'unknown'}`),
            3,
          ),
    path: ['contentType'],
    evidence: evidenceFiles.objects,
  };
}

/** Says of one object's JSON what is wrong with it. */
type Problem = (value: unknown) => string | undefined;

/** Without a `problem` there is nothing to judge by. */
function judgeContent(
  { key }: ByKey,
  field: string,
  expected: string,
  found: readonly ObjectRecord[],
  problem: Problem | undefined,
): Verdict {
  const common = {
    name: `${field === 'schema' ? 'schema' : 'content'} of ${key}`,
    expected,
    path: [field],
    evidence: evidenceFiles.objects,
  };
  if (!problem)
    return { ...common, outcome: 'not judged', actual: 'files of the scenario are not read here' };
  const wrong = found.flatMap((one) => {
    const text = one.content === undefined ? 'its content is no JSON' : problem(one.content);
    return text === undefined ? [] : [`${one.key}: ${text}`];
  });
  return {
    ...common,
    outcome: wrong.length === 0 && found.length > 0 ? 'passed' : 'failed',
    actual: wrong.length > 0 ? showList(wrong, 3) : `holds in ${found.length} objects`,
  };
}

function differs(expected: z.core.util.JSONType, value: unknown): string | undefined {
  const mismatch = findMismatch(expected, value);
  return mismatch && describeMismatch(mismatch);
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
