/**
 * What evidence says: an in-toto Statement v1 with the test-result predicate
 * (https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md). Subjects are the artifacts by
 * digest; the harness's own fields are in one extension field, named by a URI as the specification requires.
 */
import { z } from 'zod';
import { jsonValue } from '../../record/json-value.ts';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';
/** Extension field of the predicate. */
export const RUNS = 'urn:cosmicai:runs:v1';

/** SHA-256, lower-case hexadecimal, as in-toto's DigestSet has it. */
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'it is no SHA-256 in lower-case hexadecimal');
const digest = z.object({ sha256 });

/** RFC 3339 (https://www.rfc-editor.org/rfc/rfc3339#section-5.6), and a day that exists. */
const time = z.iso.datetime({
  offset: true,
  error: 'it is no time of RFC 3339, such as 2026-01-31T08:30:00Z',
});

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

const sourceSchema = z.object({
  /** Full commit id; absent outside a repository. */
  commit: z.string().optional(),
  clean: z.boolean(),
  /** Files that differ from the commit. */
  changed: z.array(z.string()).default([]),
});
export type SourceState = z.output<typeof sourceSchema>;

const fileSchema = z.object({
  /** Relative to the project's folder, with `/`; begins with `..` outside of it. */
  path: z.string(),
  /** Of the bytes; of scenario and project file: of the text with line feeds only. */
  sha256,
});

/** What a run was made from and how, recorded when it began. */
export const provenanceSchema = z.object({
  /** Version of the harness. */
  harness: z.string(),
  source: sourceSchema,
  scenarioFile: fileSchema,
  /** All cells that the scenario file asks for; a single one is the empty text. */
  cells: z.array(z.string()),
  project: z.object({
    name: z.string(),
    pack: z.string().optional(),
    /** Of the project file, relative to the repository, or to the project's folder outside of one. */
    path: z.string(),
    sha256,
  }),
  /** Files that the scenario compares with, puts or uploads: schemas, snapshots, baselines, its own data. */
  references: z.array(fileSchema),
  /** Absent without one. `generated`: the scenario file says all about its bytes. */
  datasetKind: z.enum(['generated', 'files', 's3']).optional(),
  /** Nothing was invoked in these states, and the functions that they name did not answer them. */
  mocks: z.object({ states: z.array(z.string()), functions: z.array(z.string()) }),
  faults: z.array(jsonValue),
  /** Quotas as the scenario sets them; absent: those of AWS. */
  limits: jsonValue.optional(),
  iam: z.string(),
  /** Checks that the scenario wants to fail: it shows that a fault is noticed, not that the artifacts are right. */
  expectedFailures: z.array(z.string()),
  /** References were written anew instead of being compared with (`--update`), or changed while it ran. */
  referencesChanged: z.boolean(),
});
export type Provenance = z.output<typeof provenanceSchema>;

const runSchema = z.object({
  scenario: z.string(),
  /** The cell of the matrix; empty text for the only one. */
  cell: z.string(),
  runId: z.string(),
  provenance: provenanceSchema,
  /** SHA-256 of names, sizes and contents of the files that were uploaded; of data in place of their ETags. */
  datasetSha256: sha256.optional(),
  passed: z.boolean(),
  backend: z.object({
    name: z.string(),
    endpoint: z.string().optional(),
    capabilities: z.array(z.string()),
  }),
  clock: z.enum(['wall', 'virtual', 'modelled']),
  startedAt: time,
  endedAt: time,
  host: z.record(z.string(), z.union([z.string(), z.number()])),
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
  attestedAt: time,
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

/** A run in the lists of a test result: `orders[rows=200] on embedded (wall)`. */
export const testName = ({ scenario, cell, backend, clock }: RunEvidence): string =>
  `${scenario}${cell === '' ? '' : `[${cell}]`} on ${backend.name} (${clock})`;
