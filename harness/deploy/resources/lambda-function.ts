import { readFileSync } from 'node:fs';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  PutFunctionConcurrencyCommand,
  type Runtime,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { canonicalJson } from '../../artifacts/digest.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import type { FunctionResource } from '../resource.ts';
import { requireDirectSize } from './direct-size.ts';
import {
  type DeployContext,
  type ResourceDriver,
  sleep,
  unlessNotFound,
  untilSettled,
} from './resource-driver.ts';

/** A new role is known to Lambda only after some seconds. */
export const roleNotYetKnown = (error: Error) =>
  error.name === 'InvalidParameterValueException' && /assume/i.test(error.message);
/** Another update of the function is still under way. */
const updateUnderWay = (error: Error) => error.name === 'ResourceConflictException';

/** A function whose code is known by CodeSha256: the same zip is not uploaded twice. */
export const lambdaFunction: ResourceDriver<FunctionResource> = {
  async apply(context, planned) {
    const { lambda } = context.clients;
    const present = await unlessNotFound(
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName: planned.name })),
    );
    if (!present) {
      await create(context, planned);
      return 'created';
    }
    const sameCode = present.CodeSha256 === planned.artifact.sha256;
    const layerArns = layersOf(context, planned);
    const sameSettings = hasSettings(present, planned, layerArns);
    const sameConcurrency = await setConcurrency(context, planned);
    if (!sameCode) {
      await settled(context, planned.name, () =>
        lambda.send(
          new UpdateFunctionCodeCommand({
            FunctionName: planned.name,
            ...codeOf(planned),
            Architectures: [planned.architecture],
          }),
        ),
      );
    }
    if (!sameSettings) {
      await settled(context, planned.name, () =>
        lambda.send(
          new UpdateFunctionConfigurationCommand({
            FunctionName: planned.name,
            ...settingsOf(planned, layerArns),
          }),
        ),
      );
    }
    return sameCode && sameSettings && sameConcurrency ? 'unchanged' : 'updated';
  },

  async remove({ clients: { lambda } }, { name }) {
    return (
      (await unlessNotFound(lambda.send(new DeleteFunctionCommand({ FunctionName: name })))) !== undefined
    );
  },
};

function codeOf({ name, artifact, code }: FunctionResource) {
  if (!code) requireDirectSize(`the function ${name}`, artifact);
  return code ? { S3Bucket: code.bucket, S3Key: code.key } : { ZipFile: readFileSync(artifact.zipFile) };
}

async function create(context: DeployContext, planned: FunctionResource): Promise<void> {
  const { lambda } = context.clients;
  await untilSettled(context.clock, roleNotYetKnown, () =>
    lambda.send(
      new CreateFunctionCommand({
        FunctionName: planned.name,
        Code: codeOf(planned),
        Architectures: [planned.architecture],
        ...settingsOf(planned, layersOf(context, planned)),
        Tags: context.tags,
      }),
    ),
  );
  const { CodeSha256 } = await functionReady(context, planned.name);
  await setConcurrency(context, planned);
  if (CodeSha256 === planned.artifact.sha256) return;
  throw new HarnessError(
    'code-mismatch',
    `the function ${planned.name} runs code ${CodeSha256}, but ${planned.artifact.sha256} was uploaded`,
    {
      exitCode: ExitCode.environmentFailed,
      remedy: 'deploy again; another deployment may be writing to this function',
    },
  );
}

async function settled(context: DeployContext, name: string, update: () => Promise<unknown>): Promise<void> {
  await untilSettled(context.clock, updateUnderWay, update);
  await functionReady(context, name);
}

const FIRST_POLL_MS = 10;
const LAST_POLL_MS = 500;
const MAX_POLLS = 250;

type Place = Pick<DeployContext, 'clients' | 'clock'>;

/** Waits until a function or version can be called. @throws HarnessError when its creation or update has failed */
export async function functionReady(
  place: Place,
  name: string,
  qualifier?: string,
): Promise<FunctionConfiguration> {
  const now = await functionSettled(place, name, qualifier);
  if (now.State !== 'Failed' && now.LastUpdateStatus !== 'Failed') return now;
  const reason = now.StateReason ?? now.LastUpdateStatusReason ?? 'no reason given';
  throw new HarnessError('function-failed', `the function ${name} cannot be made ready: ${reason}`, {
    exitCode: ExitCode.environmentFailed,
  });
}

/**
 * Waits until a function or version is neither pending nor under update, whether or not that went well. Its RevisionId
 * changes with its state (https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html).
 */
export async function functionSettled(
  { clients, clock }: Place,
  name: string,
  qualifier?: string,
): Promise<FunctionConfiguration> {
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    const now = await clients.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: qualifier }),
    );
    // Emulators without states answer none: the function is ready then.
    if ((now.State ?? 'Active') !== 'Pending' && now.LastUpdateStatus !== 'InProgress') return now;
    await sleep(clock, Math.min(LAST_POLL_MS, FIRST_POLL_MS * 2 ** poll));
  }
  throw new HarnessError('function-not-ready', `the function ${name} was not ready after two minutes`, {
    exitCode: ExitCode.environmentFailed,
  });
}

/** Version ARNs of its layers, in order. */
const layersOf = ({ layerArns }: DeployContext, { layers }: FunctionResource): string[] =>
  layers.flatMap((name) => layerArns.get(name) ?? []);

/** A function's settings as CreateFunction and UpdateFunctionConfiguration take them. */
export function settingsOf(
  planned: Omit<FunctionResource, 'artifact' | 'code' | 'kind'>,
  layerArns: readonly string[],
) {
  const { format, applicationLevel, systemLevel } = planned.logging;
  return {
    Role: planned.roleArn,
    Handler: planned.handler,
    Runtime: planned.runtime as Runtime,
    MemorySize: planned.memoryMB,
    Timeout: planned.timeoutSeconds,
    EphemeralStorage: { Size: planned.ephemeralStorageMB },
    Environment: { Variables: planned.environment },
    Layers: [...layerArns],
    ...(format === 'json'
      ? {
          LoggingConfig: {
            LogFormat: 'JSON' as const,
            ...(applicationLevel === undefined ? {} : { ApplicationLogLevel: applicationLevel }),
            ...(systemLevel === undefined ? {} : { SystemLogLevel: systemLevel }),
          },
        }
      : {}),
  };
}

function hasSettings(
  present: FunctionConfiguration,
  planned: FunctionResource,
  layerArns: readonly string[],
): boolean {
  const wanted = settingsOf(planned, layerArns);
  return (
    present.Role === wanted.Role &&
    present.Handler === wanted.Handler &&
    present.Runtime === wanted.Runtime &&
    present.MemorySize === wanted.MemorySize &&
    present.Timeout === wanted.Timeout &&
    (present.EphemeralStorage?.Size ?? 512) === wanted.EphemeralStorage.Size &&
    (present.LoggingConfig?.LogFormat ?? 'Text') === (wanted.LoggingConfig?.LogFormat ?? 'Text') &&
    (present.Layers ?? []).map(({ Arn }) => Arn).join(' ') === layerArns.join(' ') &&
    canonicalJson(present.Environment?.Variables ?? {}) === canonicalJson(planned.environment)
  );
}

/** Reserved concurrency as planned, if it is; false when it was changed. */
export async function setConcurrency(
  { clients: { lambda } }: Pick<DeployContext, 'clients'>,
  { name, reservedConcurrency }: Pick<FunctionResource, 'name' | 'reservedConcurrency'>,
): Promise<boolean> {
  if (reservedConcurrency === undefined) return true;
  const present = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: name }));
  if (present.ReservedConcurrentExecutions === reservedConcurrency) return true;
  await lambda.send(
    new PutFunctionConcurrencyCommand({
      FunctionName: name,
      ReservedConcurrentExecutions: reservedConcurrency,
    }),
  );
  return false;
}
