/**
 * What evidence says: an in-toto Statement v1 with the test-result predicate
 * (https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md). Subjects are the artifacts by
 * digest; everything of our own stands in one extension field, named by a URI as the specification asks.
 */
import { z } from 'zod';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';
/** Extension field of the predicate. */
export const RUNS = 'urn:cosmicai:runs:v1';

/** Lower-case hexadecimal, as in-toto's DigestSet wants it. */
const digest = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const descriptor = z.object({
  name: z.string().optional(),
  uri: z.string().optional(),
  digest: z.record(z.string(), z.string()).optional(),
});

/** Statistics of one metric over one run; of a metric with a single value they are all that value. */
const summarySchema = z.object({
  unit: z.string(),
  /** Whose clock: `function`, `lambda`, `step-functions`, `harness`, `model` or `none`. */
  clock: z.string(),
  values: z.record(z.string(), z.number()),
});
export type MetricSummary = z.output<typeof summarySchema>;

export const sourceSchema = z.object({
  /** Full commit id; absent outside a repository. */
  commit: z.string().optional(),
  clean: z.boolean(),
  /** Files that differ from the commit. */
  changed: z.array(z.string()).default([]),
});
export type SourceState = z.output<typeof sourceSchema>;

const runSchema = z.object({
  scenario: z.string(),
  /** Of the scenario file's text. */
  scenarioSha256: z.string().optional(),
  /** The cell of the matrix; empty text for the only one. */
  cell: z.string(),
  /** All cells that the scenario file asks for. */
  cells: z.array(z.string()),
  runId: z.string(),
  passed: z.boolean(),
  backend: z.object({
    name: z.string(),
    endpoint: z.string().optional(),
    capabilities: z.array(z.string()),
  }),
  clock: z.enum(['wall', 'virtual', 'modelled']),
  startedAt: z.string(),
  endedAt: z.string(),
  host: z.record(z.string(), z.union([z.string(), z.number()])),
  source: sourceSchema,
  checks: z.object({
    passed: z.number(),
    /** Names of failed soft expectations; a run with others is no evidence. */
    softFailed: z.array(z.string()),
    notJudged: z.array(z.string()),
  }),
  /** What stood in the place of the definition's placeholders, but for ARNs of this run's own functions. */
  substitutions: z.record(z.string(), z.string()),
  gaps: z.array(z.string()),
  metrics: z.record(z.string(), summarySchema),
});
export type RunEvidence = z.output<typeof runSchema>;

const extensionSchema = z.object({
  tool: z.object({ name: z.string(), version: z.string() }),
  target: z.object({ platform: z.string(), arch: z.string() }),
  attestedAt: z.string(),
  runs: z.array(runSchema),
  /** Runs that are not about these artifacts, and why. */
  leftOut: z.array(z.object({ run: z.string(), reason: z.string() })),
});

export const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z
    .array(
      z.object({
        name: z.string(),
        digest,
        annotations: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      }),
    )
    .min(1),
  predicateType: z.literal(TEST_RESULT),
  predicate: z.object({
    result: z.enum(['PASSED', 'WARNED', 'FAILED']),
    configuration: z.array(descriptor),
    url: z.string().optional(),
    passedTests: z.array(z.string()).default([]),
    warnedTests: z.array(z.string()).default([]),
    failedTests: z.array(z.string()).default([]),
    [RUNS]: extensionSchema,
  }),
});
export type Statement = z.output<typeof statementSchema>;
