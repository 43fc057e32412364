/**
 * What a scenario may say: one schema from which types and validation come. It is applied to one cell of the
 * matrix, after `${}` substitution, so a field never has to accept a template beside its own type.
 */
import { z } from 'zod';
import { expectSchema } from '../assertions/index.ts';
import { faultRuleSchema } from '../backends/faults.ts';
import { boundSchema } from '../metrics/bound.ts';
import { CAPABILITIES, type Capability } from '../record/capability.ts';
import { jsonValue } from '../record/json-value.ts';
import { coverageSchema } from './coverage-schema.ts';
import { datasetSchema } from './dataset-schema.ts';
import { limitsSchema } from './limits-schema.ts';
import { mocksSchema } from './mocks-schema.ts';
import { stepsSchema } from './steps/index.ts';

const environment = z.record(z.string(), z.string()).meta({ keys: 'VARIABLE' });

const functionOverride = z
  .strictObject({
    memoryMB: z.int().min(128).max(10_240).optional().describe('memory; 1,769 MB are one vCPU'),
    timeoutSeconds: z
      .int()
      .min(1)
      .max(900)
      .optional()
      .describe('timeout of an invocation; 900 s when left out'),
    env: environment.optional().describe('environment variables, added to those of the deployment'),
    source: z
      .string()
      .min(1)
      .optional()
      .describe('handler file (TypeScript) deployed instead of the real one, relative to the scenario'),
  })
  .meta({ id: 'function', description: 'settings of one function, where they differ from its defaults' });

const action = z
  .string()
  .regex(/^(?:\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/, 'an action reads service:Action, such as s3:PutObject');

const deploySchema = z.strictObject({
  memoryMB: functionOverride.shape.memoryMB.describe(
    'memory of the inference function; 10,240 MB when left out, 1,769 MB are one vCPU',
  ),
  timeoutSeconds: functionOverride.shape.timeoutSeconds.describe(
    'timeout of an inference invocation; 900 s when left out',
  ),
  env: functionOverride.shape.env.describe('environment variables of the inference function'),
  model: z
    .string()
    .min(1)
    .optional()
    .describe("folder with the model to deploy instead of this repository's, relative to the scenario"),
  modelIn: z
    .enum(['s3', 'bundle'])
    .optional()
    .describe('where the model goes: to S3 (when left out), or into the zip of inference'),
  maxConcurrency: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe("MaxConcurrency of the Distributed Map; 0, when left out, is Step Functions' own maximum"),
  toleratedFailures: z
    .int()
    .nonnegative()
    .optional()
    .describe(
      'ToleratedFailureCount of the Distributed Map: children that may fail without failing it; none when left out',
    ),
  deny: z
    .strictObject({
      functions: z.array(action).min(1).optional().describe("of the functions' role"),
      stateMachine: z.array(action).min(1).optional().describe("of the state machine's role"),
    })
    .optional()
    .describe('actions that a role is denied on purpose; they bite with `iam: enforce`'),
  functions: z
    .strictObject({
      init: functionOverride.optional().describe('the function that lists the partitions'),
      inference: functionOverride
        .optional()
        .describe('the function that runs on each; goes before the fields above'),
      summarize: functionOverride.optional().describe('the function that joins the results'),
    })
    .optional()
    .describe('settings per function'),
});

const executionSchema = z.strictObject({
  input: z
    .record(z.string(), jsonValue)
    .meta({ keys: 'FIELD' })
    .default({})
    .describe("fields of the pipeline's payload to replace or add; `null` removes one"),
  timeoutSeconds: z
    .number()
    .positive()
    .default(900)
    .describe('an execution that runs longer is stopped: ABORTED with the error Cosmicai.ScenarioTimeout'),
});

export const scenarioSchema = z.strictObject({
  apiVersion: z.literal('cosmicai/v1').describe('version of the format'),
  kind: z.literal('Scenario').describe('what the file is'),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'a name is made of lower-case letters, digits and hyphens')
    .describe('name in reports: lower-case letters, digits and hyphens'),
  description: z.string().optional().describe('for people'),
  tags: z.array(z.string()).default([]).describe('what `--tag` chooses by'),
  seed: z.int().default(7).describe('seed of everything random: data, jitter of retries, chances of faults'),
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
  matrix: jsonValue.optional(),
  dataset: datasetSchema.describe('where the partitions come from, and what is wrong with them on purpose'),
  deploy: deploySchema
    .default({})
    .describe('how the pipeline is deployed, where it differs from its defaults'),
  execution: executionSchema.prefault({}).describe('what the execution is asked'),
  steps: stepsSchema,
  needs: z
    .array(z.enum(Object.keys(CAPABILITIES) as [Capability, ...Capability[]]))
    .default([])
    .describe(
      'what the backend must be able to do for the run to say anything; elsewhere it is not judged, exit code 3. `faults`, `limits`, `clock`, `iam` and `mocks` need theirs without being told',
    ),
  faults: z
    .array(faultRuleSchema)
    .default([])
    .describe('errors, latency, resets, killed functions and more, while the steps run and no longer'),
  expect: expectSchema.prefault({}).describe('what must come of it'),
  expectFailure: z
    .array(z.string())
    .default([])
    .describe(
      'checks that must fail, for the scenario is faulty on purpose: fields of `expect`, thresholds, invariants; the run passes when these and no others do',
    ),
  coverage: coverageSchema
    .prefault({})
    .describe(
      'least shares of the state machine that the run must take: `{states: 100 %, transitions: 80 %}`',
    ),
  thresholds: z
    .record(z.string(), boundSchema)
    .meta({ keys: 'METRIC' })
    .default({})
    .describe('metric expressions with limits, such as `p95(inference.duration): {lt: 20 s}`'),
});

/** One cell of a scenario, every default filled in. */
export type Scenario = z.output<typeof scenarioSchema>;
export type DeployOverrides = Scenario['deploy'];
