/**
 * Code and settings of the functions' `$LATEST`, which nothing serves from. Every write names the RevisionId that it
 * was planned for, so AWS itself refuses when the function was changed since.
 */
import {
  CreateFunctionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { canonicalJson } from '../../../artifacts/digest.ts';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import {
  functionReady,
  roleNotYetKnown,
  setConcurrency,
  settingsOf,
} from '../../../deploy/resources/lambda-function.ts';
import { untilSettled } from '../../../deploy/resources/resource-driver.ts';
import { hexadecimal } from '../../evidence/subjects.ts';
import { settingsIn } from '../../plan/changes.ts';
import { artifactKey } from '../../release/store.ts';
import type { ApplyContext, Step } from '../context.ts';

export const functions: Step = {
  name: 'functions',
  async run(context) {
    for (const name of Object.keys(context.blueprint.functions)) {
      context.revisions[name] = await bringAbout(context, name);
    }
  },
};

/** Answers the RevisionId afterwards. */
async function bringAbout(context: ApplyContext, name: string): Promise<string> {
  const { blueprint, clients, deploy, clock, plan } = context;
  const planned = blueprint.functions[name]!;
  const found = plan.observed.functions[name];
  const Code = {
    S3Bucket: blueprint.releasesBucket,
    S3Key: artifactKey(hexadecimal(planned.codeSha256)),
  };
  if (!found) {
    await untilSettled(clock, roleNotYetKnown, () =>
      clients.lambda.send(
        new CreateFunctionCommand({
          FunctionName: planned.name,
          Code,
          Architectures: [planned.architecture],
          ...settingsOf(planned, layersOf(context, planned)),
          Tags: blueprint.tags,
        }),
      ),
    );
  }
  let revisionId = found?.revisionId ?? (await revisionOf(context, name));
  if (found && found.codeSha256 !== planned.codeSha256) {
    const update = new UpdateFunctionCodeCommand({
      FunctionName: planned.name,
      ...Code,
      Architectures: [planned.architecture],
      RevisionId: revisionId,
    });
    await unlessChanged(planned.name, clients.lambda.send(update));
    revisionId = await revisionOf(context, name);
  }
  await setConcurrency(deploy, planned);
  if (found && canonicalJson(found.settings) !== canonicalJson(settingsIn(planned))) {
    const update = new UpdateFunctionConfigurationCommand({
      FunctionName: planned.name,
      ...settingsOf(planned, layersOf(context, planned)),
      RevisionId: revisionId,
    });
    await unlessChanged(
      planned.name,
      untilSettled(clock, roleNotYetKnown, () => clients.lambda.send(update)),
    );
    revisionId = (await functionReady(deploy, planned.name)).RevisionId ?? '';
  }
  return revisionId;
}

/** Version ARNs of its layers, in order. */
const layersOf = ({ deploy }: ApplyContext, { layers }: { layers: readonly string[] }): string[] =>
  layers.flatMap((name) => deploy.layerArns.get(name) ?? []);

async function revisionOf({ blueprint, deploy }: ApplyContext, name: string): Promise<string> {
  const planned = blueprint.functions[name]!;
  const { RevisionId, CodeSha256 } = await functionReady(deploy, planned.name);
  if (CodeSha256 === planned.codeSha256) return RevisionId ?? '';
  throw new HarnessError(
    'code-mismatch',
    `the function ${planned.name} has the code ${CodeSha256}; ${planned.codeSha256} was attested`,
    {
      exitCode: ExitCode.environmentFailed,
      remedy: 'another deployment is writing to it: end that one, then apply again',
    },
  );
}

/** AWS's refusal of a stale RevisionId or of other code, as a sentence. */
export async function unlessChanged<Answer>(name: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    const { name: code, message } = error as Error;
    const changed =
      code === 'PreconditionFailedException' ||
      code === 'ConflictException' ||
      (code === 'InvalidParameterValueException' && /CodeSHA256/i.test(message));
    if (!changed) throw error;
    throw new HarnessError(
      'changed-meanwhile',
      `AWS refuses, for ${name} has been changed since the plan: ${message}`,
      {
        exitCode: ExitCode.environmentFailed,
        remedy: 'look at what has changed with --plan, and apply again',
        cause: error,
      },
    );
  }
}
