/** The JSON report as a schema: what its writer is typed by, and what is published for its readers. */
import { z } from 'zod';

const number = z.number();
const parts = z.object({
  lambda: number,
  stepFunctions: number,
  s3: number,
  logs: number,
  metrics: number,
  total: number,
});
const bounds = z.object({
  allWarm: parts.nullable().describe('If no invocation started cold; null when that is not known'),
  allCold: parts.nullable().describe('If every invocation started cold; null when that is not known'),
});
const costItem = z.object({
  item: z.string(),
  state: z.string().describe('Empty for the start of the execution'),
  functionName: z.string().optional(),
  quantity: number,
  unitUSD: number.nullable().describe("Null when the region's price table does not have it"),
  USD: number.nullable(),
  rule: z.string().describe('How AWS counts it'),
  source: z.string(),
});
const location = z.object({ file: z.string(), line: z.int(), column: z.int() });

/** A ratio's limits, the run's over the reference's; a side that is left out is open. */
const borne = z.object({ low: number.optional(), high: number.optional() });
const against = z.object({
  reference: z.enum(['baseline', 'published']),
  metric: z.string().describe('Metric expression'),
  unit: z.string(),
  values: z.array(number).describe('Of the run, one per repeat'),
  referenceValues: z.array(number),
  ratio: z
    .object({ median: number, low: number, high: number })
    .describe('Median of the run over median of the reference, with its 95 % interval'),
  borne: borne.describe('Ratios that are borne'),
});

const verdict = z.object({
  name: z.string(),
  outcome: z.enum(['passed', 'failed', 'not judged']),
  expected: z.string(),
  actual: z.string(),
  path: z.array(z.union([z.string(), number])).describe('Field of the scenario that asked for it'),
  evidence: z.string().optional().describe("File in the run's folder"),
  soft: z.boolean().optional(),
  follows: z.boolean().optional().describe('Not judged because another verdict failed already'),
  needs: z.array(z.string()).readonly().optional().describe('What it needs of the backend'),
  lacks: z.array(z.string()).readonly().optional().describe('Not judged, for the backend lacks these'),
  against: against.optional().describe('Of a comparison: both sides of it'),
  location: location.optional(),
});

const metric = z.object({
  unit: z.string().describe('Empty for plain numbers'),
  clock: z.string().describe('Whose clock a duration comes from; `none` where no time is involved'),
  time: z
    .enum(['wall', 'virtual', 'modelled'])
    .nullable()
    .describe('What kind of time that clock showed; null where no time is involved'),
  source: z.string(),
  values: z.array(number).describe('Empty when there is no evidence for it'),
});

const segment = z.object({
  kind: z.enum(['lambda', 'machinery']),
  state: z.string().optional(),
  functionName: z.string().optional(),
  requestId: z.string().optional(),
  durationMs: number,
});

const run = z.object({
  scenario: z.string(),
  file: z.string(),
  cell: z.record(z.string(), z.union([z.string(), number, z.boolean()])),
  runId: z.string(),
  runFolder: z.string(),
  passed: z.boolean(),
  stagesMs: z.record(z.string(), number),
  backend: z.looseObject({ name: z.string() }),
  clock: z.enum(['wall', 'virtual', 'modelled']),
  host: z.looseObject({ cpuModel: z.string(), cpus: z.int(), memoryMB: number }),
  artifacts: z.array(z.looseObject({ name: z.string(), sha256: z.string() })),
  gaps: z.array(z.string()).describe('Evidence that could not be had'),
  figures: z.record(z.string(), number),
  costUSD: parts.nullable().describe('Null when nothing was invoked'),
  costBoundsUSD: bounds.nullable(),
  costItems: z.array(costItem).describe('Without the free tier, most expensive first'),
  costByState: z.array(z.object({ state: z.string(), cost: parts })),
  extrapolated: z.object({ sizeBytes: number, partitions: z.int(), cost: parts, ...bounds.shape }).optional(),
  criticalPath: z.array(z.array(segment)).describe('One per execution that ended'),
  metrics: z.record(z.string(), metric),
  verdicts: z.array(z.looseObject(verdict.shape)),
});

const coverage = z.object({
  machine: z.string(),
  kinds: z.array(z.object({ kind: z.string(), taken: z.int(), total: z.int() })),
  missed: z.array(z.string()),
});

export const reportSchema = z.object({
  reportVersion: z.literal(1),
  passed: z.boolean(),
  pricing: z.looseObject({ region: z.string(), architecture: z.string(), freeTier: z.boolean() }),
  coverage: z.array(coverage).describe('Of the whole suite, one per state machine'),
  coverageShortfalls: z.array(z.string()),
  published: z
    .looseObject({})
    .optional()
    .describe('Values that a pack knows to be published, for comparison'),
  runs: z.array(run),
  failures: z
    .array(
      z.object({
        scenario: z.string(),
        file: z.string(),
        label: z.string(),
        message: z.string(),
        remedy: z.string().optional(),
      }),
    )
    .describe('Runs that came to no verdict'),
});
export type JsonReport = z.input<typeof reportSchema>;
export type JsonRun = z.input<typeof run>;

/** JSON Schema (draft 2020-12) of the report, as kept in `scenarios/report.schema.json`. */
export function renderReportJsonSchema(): string {
  const schema = { title: 'cosmicai report', ...z.toJSONSchema(reportSchema, { io: 'output' }) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
