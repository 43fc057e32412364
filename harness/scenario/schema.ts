/**
 * What a scenario may say: one schema from which types and validation come. It is applied to one cell of the
 * matrix, after `${}` substitution, so a field never has to accept a template beside its own type. The project's pack
 * adds kinds of datasets, expectations and fields of deployments.
 */
import { z } from 'zod';
import { type Expectations, expectSchemaFor } from '../assertions/index.ts';
import { faultRuleSchema } from '../backends/faults.ts';
import type { JsonObject } from '../core/json.ts';
import { PackParts } from '../core/pack-parts.ts';
import { boundSchema } from '../metrics/bound.ts';
import type { Project } from '../project/project.ts';
import { CAPABILITIES, type Capability } from '../record/capability.ts';
import { jsonValue } from '../record/json-value.ts';
import { coverageSchema } from './coverage-schema.ts';
import type { DatasetSpec } from './dataset/dataset-kind.ts';
import { datasetSchemaFor } from './dataset/index.ts';
import { limitsSchema } from './limits-schema.ts';
import { mocksSchema } from './mocks-schema.ts';
import { stepsSchema } from './steps/index.ts';

const functionOverlay = z
  .strictObject({
    code: z
      .string()
      .min(1)
      .optional()
      .describe("folder, `.zip` or entry file instead of the project's, relative to the scenario"),
    source: z
      .string()
      .min(1)
      .optional()
      .describe('the same for a single handler file (TypeScript or JavaScript)'),
    memoryMB: z.int().min(128).max(10_240).optional().describe('memory; 1,769 MB are one vCPU'),
    timeoutSeconds: z.int().min(1).max(900).optional().describe('timeout of an invocation'),
    environment: z
      .record(z.string(), z.string())
      .meta({ keys: 'VARIABLE' })
      .optional()
      .describe("environment variables, added to the project's"),
  })
  .refine(({ code, source }) => code === undefined || source === undefined, {
    message: 'a function has one of "code" and "source"',
  })
  .meta({ id: 'function', description: "settings of one function, where they differ from the project's" });

const action = z
  .string()
  .regex(/^(?:\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/, 'an action reads service:Action, such as s3:PutObject');

const deployShape = {
  toleratedFailures: z
    .int()
    .nonnegative()
    .optional()
    .describe(
      "ToleratedFailureCount of Distributed Maps: children that may fail without failing it; the definition's when left out",
    ),
  deny: z
    .strictObject({
      functions: z.array(action).min(1).optional().describe("of the functions' roles"),
      stateMachine: z.array(action).min(1).optional().describe("of the state machines' roles"),
    })
    .optional()
    .describe('actions that a role is denied on purpose; they bite with `iam: enforce`'),
  functions: z
    .record(z.string(), functionOverlay)
    .meta({ keys: 'FUNCTION' })
    .optional()
    .describe('settings of functions of the project, where they differ from it'),
};
const genericDeploy = z.strictObject(deployShape);

/** Fields of `deploy` that a pack adds, and what they mean for the project's functions. */
export interface PackDeploy {
  shape: Readonly<Record<string, z.ZodType>>;
  /** The project with what those fields change about it; `folder` is what their paths are relative to. */
  apply(project: Project, deploy: DeployOverrides, input: JsonObject, folder: string): Project;
  /** How an input calls buckets of the project, by their names in it. */
  buckets(input: JsonObject): Readonly<Record<string, string>>;
}
export const packDeploys = new PackParts<PackDeploy>();

const executionSchema = z.strictObject({
  stateMachine: z
    .string()
    .min(1)
    .optional()
    .describe("which of the project's state machines; its first when left out"),
  input: z
    .record(z.string(), jsonValue)
    .meta({ keys: 'FIELD' })
    .default({})
    .describe("fields of the project's input to replace or add; `null` removes one"),
  timeoutSeconds: z
    .number()
    .positive()
    .default(900)
    .describe('an execution that runs longer is stopped: ABORTED with the error Cosmicai.ScenarioTimeout'),
});

const buildSchema = (pack: string | undefined) =>
  z.strictObject({
    apiVersion: z.literal('cosmicai/v1').describe('version of the format'),
    kind: z.literal('Scenario').describe('what the file is'),
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'a name is made of lower-case letters, digits and hyphens')
      .describe('name in reports: lower-case letters, digits and hyphens'),
    description: z.string().optional().describe('for people'),
    tags: z.array(z.string()).default([]).describe('what `--tag` chooses by'),
    seed: z
      .int()
      .default(7)
      .describe('seed of everything random: data, jitter of retries, chances of faults'),
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
      .describe(
        'answers by state name that stand in for its integration, in every execution of the scenario',
      ),
    matrix: jsonValue.optional(),
    dataset: datasetSchemaFor(pack)
      .optional()
      .describe('data that is put into S3 before the steps; none when left out'),
    deploy: (
      z.strictObject({ ...deployShape, ...packDeploys.of(pack)?.shape }) as unknown as z.ZodType<Deploy>
    )
      .default({})
      .describe('how the project is deployed, where it differs from the project file'),
    execution: executionSchema.prefault({}).describe('what executions are asked'),
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
    expect: expectSchemaFor(pack).prefault({}).describe('what must come of it'),
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
      .describe('metric expressions with limits, such as `p95(function.Enrich.duration): {lt: 2 s}`'),
  });

type Deploy = z.output<typeof genericDeploy> & { readonly [ofPack: string]: unknown };

/** One cell of a scenario, every default filled in. */
export type Scenario = Omit<z.output<ReturnType<typeof buildSchema>>, 'expect' | 'dataset' | 'deploy'> & {
  expect: Expectations;
  dataset?: DatasetSpec | undefined;
  deploy: Deploy;
};
export type DeployOverrides = Deploy;

const schemas = new Map<string | undefined, z.ZodType<Scenario>>();

/** The schema of scenarios in a project with this pack. */
export function scenarioSchemaFor(pack: string | undefined): z.ZodType<Scenario> {
  const schema = schemas.get(pack) ?? (buildSchema(pack) as unknown as z.ZodType<Scenario>);
  schemas.set(pack, schema);
  return schema;
}
