/**
 * What a scenario may say: one schema from which types and validation come. It is applied to one cell of the
 * matrix, after `${}` substitution, so a field never has to accept a template beside its own type.
 */
import { z } from 'zod';
import { expectSchema } from '../assertions/index.ts';
import { faultRuleSchema } from '../backends/faults.ts';
import { boundSchema } from '../metrics/bound.ts';
import { CAPABILITIES, type Capability } from '../record/capability.ts';
import { coverageSchema } from './coverage-schema.ts';
import { datasetSchema } from './dataset-schema.ts';
import { limitsSchema } from './limits-schema.ts';
import { mocksSchema } from './mocks-schema.ts';
import { stepsSchema } from './steps/index.ts';

const environment = z.record(z.string(), z.string());

const functionOverride = z.strictObject({
  memoryMB: z.int().min(128).max(10_240).optional(),
  timeoutSeconds: z.int().min(1).max(900).optional(),
  env: environment.optional(),
  /** A handler file to deploy instead of the real one, relative to the scenario. */
  source: z.string().min(1).optional(),
});

const action = z
  .string()
  .regex(/^(?:\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/, 'an action reads service:Action, such as s3:PutObject');

const deploySchema = z.strictObject({
  /** Of the inference function; `functions` sets them for each. */
  memoryMB: functionOverride.shape.memoryMB,
  timeoutSeconds: functionOverride.shape.timeoutSeconds,
  env: functionOverride.shape.env,
  /** Folder with the model to deploy instead of this repository's, relative to the scenario. */
  model: z.string().min(1).optional(),
  /** Where the model goes: to S3 (default), or into the zip of inference. */
  modelIn: z.enum(['s3', 'bundle']).optional(),
  /** MaxConcurrency of the Distributed Map. */
  maxConcurrency: z.int().min(0).max(10_000).optional(),
  toleratedFailures: z
    .int()
    .nonnegative()
    .optional()
    .describe('ToleratedFailureCount of the Distributed Map: children that may fail without failing it'),
  deny: z
    .strictObject({
      functions: z.array(action).min(1).optional().describe("of the functions' role"),
      stateMachine: z.array(action).min(1).optional().describe("of the state machine's role"),
    })
    .optional()
    .describe('actions that a role is denied on purpose; they bite with `iam: enforce`'),
  functions: z
    .strictObject({
      init: functionOverride.optional(),
      inference: functionOverride.optional(),
      summarize: functionOverride.optional(),
    })
    .optional(),
});

const executionSchema = z.strictObject({
  /** Fields of the seed's payload to replace or add; `null` removes one. */
  input: z.record(z.string(), z.json()).default({}),
  timeoutSeconds: z.number().positive().default(900),
});

export const scenarioSchema = z.strictObject({
  apiVersion: z.literal('cosmicai/v1'),
  kind: z.literal('Scenario'),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a name is made of lower-case letters, digits and hyphens'),
  description: z.string().optional(),
  tags: z.array(z.string()).default([]),
  /** Data, jitter and faults draw from it. */
  seed: z.int().default(7),
  clock: z
    .enum(['wall', 'virtual'])
    .default('wall')
    .describe('of Step Functions: virtual time passes over waits and backoff at once'),
  limits: limitsSchema.optional().describe("quotas lifted or lowered; AWS's own when left out"),
  iam: z
    .enum(['off', 'warn', 'enforce'])
    .default('off')
    .describe('what policies of roles do: nothing, a warning in the log, or a refusal'),
  mocks: mocksSchema
    .optional()
    .describe('answers by state name that stand in for its integration, in every execution of the scenario'),
  matrix: z.json().optional(),
  dataset: datasetSchema,
  deploy: deploySchema.default({}),
  execution: executionSchema.prefault({}),
  /** What is done, in order; one execution when left out. */
  steps: stepsSchema,
  /** What the backend must be able to do for the run to say anything; faults need `chaos` anyway. */
  needs: z.array(z.enum(Object.keys(CAPABILITIES) as [Capability, ...Capability[]])).default([]),
  /** Errors, latency, resets, killed functions ... while the steps run, and no longer. */
  faults: z.array(faultRuleSchema).default([]),
  expect: expectSchema.prefault({}),
  /** Checks that must fail, for the scenario is faulty on purpose: fields of `expect`, thresholds, invariants. */
  expectFailure: z.array(z.string()).default([]),
  /** Least shares of the state machine the run must take: `{states: 100 %, catchers: 50 %}`. */
  coverage: coverageSchema.prefault({}),
  /** Metric expressions with limits, e.g. `p95(inference.duration): {lt: 20 s}`. */
  thresholds: z.record(z.string(), boundSchema).default({}),
});

/** One cell of a scenario, every default filled in. */
export type Scenario = z.output<typeof scenarioSchema>;
export type DeployOverrides = Scenario['deploy'];
