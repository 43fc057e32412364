/** An account (an emulator with policies enforced), small artifacts and their evidence, and releases of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { ListVersionsByFunctionCommand } from '@aws-sdk/client-lambda';
import {
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ListStateMachineVersionsCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { ArtifactSet } from '../../../harness/artifacts/build-artifacts.ts';
import type { CodeArtifact } from '../../../harness/artifacts/code-artifact.ts';
import { canonicalJson, sha256Base64 } from '../../../harness/artifacts/digest.ts';
import { renderZip } from '../../../harness/artifacts/zip.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import type { JsonObject } from '../../../harness/core/json.ts';
import { type AwsClients, clientsFor, singleEndpoint } from '../../../harness/deploy/aws-access.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import { evaluate } from '../../../harness/emulator/services/iam/policy/evaluate.ts';
import { parsePolicy } from '../../../harness/emulator/services/iam/policy/policy-document.ts';
import { substituteDefinition } from '../../../harness/project/placeholders.ts';
import { observe } from '../../../harness/promotion/account/observe.ts';
import { type ApplyOutcome, applyPromotion } from '../../../harness/promotion/apply/apply.ts';
import type { ApplyRequest } from '../../../harness/promotion/apply/context.ts';
import type { AttestedRun } from '../../../harness/promotion/evidence/attest.ts';
import { type PromotionPlan, planPromotion } from '../../../harness/promotion/plan/plan.ts';
import { type Environment, environmentNamed, loadPolicy } from '../../../harness/promotion/policy.ts';
import { policySha256 } from '../../../harness/promotion/policy-digest.ts';
import { promoterPolicy } from '../../../harness/promotion/promoter-policy.ts';
import { verifyEvidence } from '../../../harness/promotion/verify/index.ts';
import { cosmicAi } from '../../cosmic-ai.ts';
import { COMMIT, evidenceOf, NOW_MS, sampleRun, writePolicy } from '../../unit/promotion/sample-evidence.ts';

const ACCOUNT = '123456789012';
export const clock = wallClock();

/** The rights of whoever promotes, as documented. */
export const PROMOTER_POLICY = JSON.stringify(
  promoterPolicy(cosmicAi(), {
    prefix: 'cosmicai',
    releases: 'cosmicai-*releases',
    buckets: { 'cosmicai-data': 'cosmicai-*' },
  }),
);
export const PROMOTER = `arn:aws:iam::${ACCOUNT}:role/promoter`;

export interface Account {
  folder: string;
  emulator: Emulator;
  /** Of the owner, who may do anything. */
  clients: AwsClients;
  /** Of a session of the role `promoter`. */
  promoter: AwsClients;
  promoterCredentials: Credentials;
  stop(): Promise<void>;
}

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** An account whose role `promoter` has the documented rights over whatever name a test gives to things. */
export async function startAccount(
  promoterPolicy = PROMOTER_POLICY.replaceAll(/cosmicai-\*?/g, '*').replaceAll('team4-cosmical', '*'),
): Promise<Account> {
  const folder = mkdtempSync(join(tmpdir(), 'promotion-'));
  const emulator = await startEmulator({
    port: 0,
    accountId: ACCOUNT,
    stateDir: join(folder, 'account'),
    iam: { enforcement: 'enforce' },
  });
  const clients = connect(emulator);
  const promoterCredentials = await assumePromoter(clients, promoterPolicy);
  const promoter = connect(emulator, promoterCredentials);
  return {
    folder,
    emulator,
    clients,
    promoter,
    promoterCredentials,
    async stop() {
      promoter.close();
      clients.close();
      await emulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function assumePromoter({ iam, sts }: AwsClients, policy: string): Promise<Credentials> {
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
  };
  const RoleName = 'promoter';
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'documented', PolicyDocument: policy }));
  const { Credentials: session } = await sts.send(
    new AssumeRoleCommand({ RoleArn: PROMOTER, RoleSessionName: 'test' }),
  );
  return {
    accessKeyId: session!.AccessKeyId!,
    secretAccessKey: session!.SecretAccessKey!,
    sessionToken: session!.SessionToken!,
  };
}

export const connect = (emulator: Emulator, credentials: Credentials = emulator.iam.rootKey()): AwsClients =>
  clientsFor({
    region: emulator.region,
    endpoints: singleEndpoint(emulator.endpoint),
    credentials,
  });

/** A release of artifacts `label` to names of its own, by the promoter. */
export const releaseOf = (
  account: Account,
  prefix: string,
  label: string,
  extra = '',
  body?: string,
): Release => ({
  environment: environmentOf(account.folder, prefix, extra),
  artifacts: makeArtifacts(account.folder, label, body),
  clients: account.promoter,
});

const FUNCTIONS = ['init', 'inference', 'summarize'];

const invoke = (name: string): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: {
    FunctionName: placeholder(`${name[0]!.toUpperCase()}${name.slice(1)}FunctionArn`),
    'Payload.$': '$',
  },
  OutputPath: '$.Payload',
});
const placeholder = (name: string) => ['$', `{${name}}`].join('');

const DEFINITION: JsonObject = {
  Comment: `children would be ${placeholder('MapExecutionType')}`,
  StartAt: 'Init',
  States: {
    Init: { ...invoke('init'), Next: 'Inference' },
    Inference: { ...invoke('inference'), Next: 'Summarize' },
    Summarize: { ...invoke('summarize'), End: true },
  },
};

/** Three functions whose code is `body`; `label` makes the artifacts different. */
export function makeArtifacts(folder: string, label: string, body = 'return event;'): ArtifactSet {
  const place = join(folder, 'artifacts', label);
  mkdirSync(place, { recursive: true });
  const zip = (name: string): CodeArtifact => {
    const own = name === 'inference' ? body : 'return event;';
    const script = `exports.handler = async (event) => { ${own} }; // ${label}`;
    const bytes = renderZip([{ name: 'index.js', bytes: Buffer.from(script) }]);
    const zipFile = join(place, `${name}.zip`);
    writeFileSync(zipFile, bytes);
    return {
      name,
      zipFile,
      sha256: sha256Base64(bytes),
      sizeBytes: bytes.length,
      unzippedBytes: script.length,
      entries: [],
      packages: [],
      actions: [],
    };
  };
  const file = join(place, 'model.onnx');
  writeFileSync(file, `model ${label}`);
  const sha256 = sha256Base64(`model ${label}`);
  const sizeBytes = Buffer.byteLength(`model ${label}`);
  return {
    target: { platform: 'linux', arch: process.arch },
    functions: Object.fromEntries(FUNCTIONS.map((name) => [name, zip(name)])),
    layers: {},
    stateMachines: {
      pipeline: {
        name: 'pipeline',
        definition: DEFINITION,
        sha256: sha256Base64(canonicalJson(DEFINITION)),
        sizeBytes: 1,
      },
    },
    objects: [
      { bucket: 'team4-cosmical', prefix: 'Anomaly Detection/', name: 'model.onnx', file, sizeBytes, sha256 },
    ],
  };
}

/** The environment `prod`, with everything named after `prefix`; `extra` are lines of YAML. */
export function environmentOf(folder: string, prefix: string, extra = '', evidence = ''): Environment {
  const file = writePolicy(folder, {
    evidence,
    extra: `environments:
  prod:
    account: "${ACCOUNT}"
    region: us-east-1
    prefix: ${prefix}
    buckets: { team4-cosmical: ${prefix}-work, cosmicai-data: ${prefix}-data }
    releases: ${prefix}-releases
    watch: { for: 0 s, every: 100 ms }
    ${extra.replaceAll('\n', '\n    ')}
`,
  });
  return environmentNamed(loadPolicy(file), 'prod');
}

export interface Release {
  environment: Environment;
  artifacts: ArtifactSet;
  clients: AwsClients;
}

/** A run of the artifacts that passed a minute before `nowMs`. */
export function attestedRun(artifacts: ArtifactSet, nowMs: number): AttestedRun {
  const values = Object.fromEntries(
    FUNCTIONS.map((name) => [
      `${name[0]!.toUpperCase()}${name.slice(1)}FunctionArn`,
      `arn:aws:lambda:us-east-1:000000000000:function:cosmicai-${name}`,
    ]),
  );
  const definition = substituteDefinition(artifacts.stateMachines['pipeline']!.definition, {
    ...values,
    MapExecutionType: 'STANDARD',
  });
  return sampleRun(({ outcome: { record } }) => {
    Object.assign(record, { startedAtMs: nowMs - 120_000, endedAtMs: nowMs - 60_000 });
    Object.assign(record.executions[0]!, { definition });
  }, artifacts);
}

/** Plans the release of artifacts that an attested run has proven. */
export async function plan(
  { environment, artifacts, clients }: Release,
  folder: string,
): Promise<PromotionPlan> {
  const envelope = evidenceOf([attestedRun(artifacts, NOW_MS)], undefined, artifacts);
  const policy = loadPolicy(join(folder, 'promotion.yaml'));
  const verification = await verifyEvidence({ kind: 'envelope', envelope }, policy, {
    artifacts,
    source: { commit: COMMIT, clean: true, changed: [] },
    nowMs: NOW_MS,
  });
  return planPromotion({
    clients,
    project: policy.project,
    environment,
    artifacts,
    evidenceText: JSON.stringify(envelope.payload),
    policySha256: policySha256(policy, []),
    verification,
    allows: (documents, action, resource) =>
      evaluate(
        documents.flatMap((one) => parsePolicy(JSON.stringify(one))),
        { action, resource },
      ) === 'allowed',
  });
}

/** Plans and applies. */
export async function release(
  one: Release,
  folder: string,
  options: Partial<ApplyRequest> & { drift?: boolean; inFlight?: boolean } = {},
): Promise<ApplyOutcome> {
  const { drift = false, inFlight = false, ...rest } = options;
  return applyPromotion(
    {
      clients: one.clients,
      clock,
      environment: one.environment,
      plan: rest.plan ?? (await plan(one, folder)),
      artifacts: one.artifacts,
      evidenceText: 'evidence',
      smoke: async () => [],
      rightsSettleMs: 0,
      signal: new AbortController().signal,
      onStep() {},
      onProgress() {},
      ...rest,
    },
    { drift, inFlight },
  );
}

/** Everything that a release leaves in the account, without times and random ids; the prefix reads `P`. */
export async function accountState(
  { clients, environment, artifacts }: Release,
  folder: string,
): Promise<unknown> {
  const { blueprint } = await plan({ clients, environment, artifacts }, folder);
  const { journal, functions, stateMachines, ...observed } = await observe(clients, blueprint);
  const versions = await Promise.all(
    Object.values(blueprint.functions).map(async ({ name: FunctionName }) => {
      const { Versions = [] } = await clients.lambda.send(
        new ListVersionsByFunctionCommand({ FunctionName }),
      );
      return Versions.map(({ Version, CodeSha256, Description }) => [
        FunctionName,
        Version,
        CodeSha256,
        Description,
      ]);
    }),
  );
  const machineVersions = await clients.stepfunctions.send(
    new ListStateMachineVersionsCommand({ stateMachineArn: blueprint.stateMachines['pipeline']!.arn }),
  );
  const { Contents = [] } = await clients.s3.send(
    new ListObjectsV2Command({ Bucket: blueprint.releasesBucket }),
  );
  const state = {
    ...observed,
    versions: versions.flat().sort(),
    settings: Object.values(functions).map((one) => one?.settings),
    definition: stateMachines['pipeline']?.definition,
    machineVersions: machineVersions.stateMachineVersions?.map(
      ({ stateMachineVersionArn }) => stateMachineVersionArn,
    ),
    releasesBucket: await Promise.all([
      clients.s3
        .send(new GetBucketVersioningCommand({ Bucket: blueprint.releasesBucket }))
        .then(({ Status }) => Status),
      clients.s3
        .send(new GetPublicAccessBlockCommand({ Bucket: blueprint.releasesBucket }))
        .then((answer) => answer.PublicAccessBlockConfiguration),
    ]),
    objects: Contents.map(({ Key }) => Key!.replaceAll(blueprint.prefix, 'P')).sort(),
    journal: journal.journal.entries.map(({ startedAt, endedAt, ...entry }) => ({
      ...entry,
      ended: endedAt !== undefined,
    })),
  };
  // Ids of releases are digests of everything, names included.
  return JSON.parse(
    JSON.stringify(state)
      .replaceAll(blueprint.prefix, 'P')
      .replaceAll(/\br[0-9a-f]{12}\b/g, 'rID')
      .replaceAll(/(P-[a-z-]+-)[0-9a-f]{12}/g, '$1HASH'),
  );
}

/** Starts an execution of the alias as a user would, and answers how it ended. */
export async function execute(
  clients: AwsClients,
  aliasArn: string,
  input: JsonObject = {},
): Promise<{ status: string; version: string; output: string | undefined }> {
  const { executionArn } = await clients.stepfunctions.send(
    new StartExecutionCommand({ stateMachineArn: aliasArn, input: JSON.stringify(input) }),
  );
  for (;;) {
    const found = await clients.stepfunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (found.status !== 'RUNNING') {
      return { status: found.status!, version: found.stateMachineVersionArn ?? '', output: found.output };
    }
    await new Promise<void>((resolve) => {
      clock.after(50, resolve);
    });
  }
}
