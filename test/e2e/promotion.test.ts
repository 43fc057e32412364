/**
 * From a run to a release as a person types it: the real pipeline, attested on the embedded backend, promoted to an
 * account (an emulator on a port of its own, policies enforced), used, updated by a faulty release, killed. What
 * promotes has a role with exactly the documented policy.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeArtifactFolder } from '../../harness/artifacts/artifact-folder.ts';
import { buildArtifacts } from '../../harness/artifacts/build-artifacts.ts';
import { packageRoot } from '../../harness/core/package-root.ts';
import { generatePartition } from '../../harness/packs/redshift/data/generate.ts';
import { parseFitsTable } from '../../harness/packs/redshift/evidence/parse-fits-table.ts';
import type { PredictionsRecord } from '../../harness/packs/redshift/evidence/results.ts';
import { readRouting } from '../../harness/promotion/account/routing.ts';
import { attest } from '../../harness/promotion/evidence/attest.ts';
import { IN_TOTO, signEnvelope } from '../../harness/promotion/evidence/dsse.ts';
import { yamlSha256 } from '../../harness/promotion/evidence/source-files.ts';
import { cosmicAi } from '../cosmic-ai.ts';
import {
  type Account,
  accountState,
  attestedRun,
  environmentOf,
  execute,
  makeArtifacts,
  PROMOTER_POLICY,
  startAccount,
} from '../integration/promotion/rig.ts';
import { keys } from '../unit/promotion/sample-evidence.ts';

const BIN = resolve('harness/cli/bin.mjs');
const SAMPLES = 16;
const PARTITIONS = 2;
let account: Account;
let folder: string;
/** Credentials of whoever promotes. */
let promoter: Record<string, string>;
const children: ChildProcess[] = [];

beforeAll(async () => {
  account = await startAccount(PROMOTER_POLICY);
  const { accessKeyId, secretAccessKey, sessionToken } = account.promoterCredentials;
  promoter = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken!,
  };
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-promotion-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await account?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command; with `killAt`, only until standard error has said that. */
function cosmicai(args: readonly string[], killAt?: RegExp): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: folder,
    env: { ...process.env, ...promoter },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const seen: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout!.on('data', (chunk: Buffer) => {
    seen.stdout += chunk;
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    seen.stderr += chunk;
    if (killAt?.test(seen.stderr)) child.kill('SIGKILL');
  });
  return new Promise((done) => child.on('close', (code) => done({ ...seen, code })));
}

const ok = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await cosmicai(args);
  expect(code, stdout + stderr).toBe(0);
  return stdout;
};

/** What the project consists of, in a folder of its own. */
const PROJECT = ['cosmicai.yaml', 'lambdas', 'statemachine', 'package.json', 'package-lock.json'];

const SCENARIO = `apiVersion: cosmicai/v1
kind: Scenario
name: tiny
dataset:
  generate: {format: pt, samples: ${SAMPLES}, count: ${PARTITIONS}}
expect:
  output: { statusCode: 200, body: { results: "\${files}", total_samples: "\${samples}" } }
  predictions: { finite: true }
`;

/** Good wherever it was tried, and not where it is to serve. */
const FAULTY = `import { handler as real } from '../lambdas/inference/index.ts';
export const handler: typeof real = async (...all) => {
  if (process.env['MODEL_VERSION']) throw new Error('only in production');
  return real(...all);
};
`;

const policy = (scenario = 'tiny.yaml') => `apiVersion: cosmicai/v1
kind: PromotionPolicy
evidence:
  signers: [{ name: laptop, publicKey: keys/ci.pub }]
  commit: any
  cleanWorkTree: false
require:
  - { scenario: tiny, file: ${scenario} }
thresholds:
  errorRate: { eq: 0 % }
environments:
  prod:
    account: "123456789012"
    region: us-east-1
    endpoint: ${account.emulator.endpoint}
    prefix: cosmicai
    releases: cosmicai-releases
    smoke: [tiny.yaml]
    canary: [10]
    watch: { for: 0 s }
`;

const machine = 'arn:aws:states:us-east-1:123456789012:stateMachine:cosmicai-pipeline';

/** The seed's payload. */
const PAYLOAD = {
  bucket: 'team4-cosmical',
  file_limit: '100',
  batch_size: 512,
  object_type: 'folder',
  S3_object_name: 'Anomaly Detection',
  script: '/tmp/Anomaly Detection/Inference/inference.py',
  result_path: 'result-partition-50MB/1GB/1',
  data_bucket: 'cosmicai-data',
  data_prefix: '50MB',
};

describe('a release of the pipeline', { timeout: 600_000 }, () => {
  it('is proven by a run, verified, planned and applied; killed while it is proven, it is resumed', async () => {
    writeFileSync(join(folder, 'tiny.yaml'), SCENARIO);
    for (const part of PROJECT) cpSync(join(packageRoot(), part), join(folder, part), { recursive: true });
    symlinkSync(join(packageRoot(), 'node_modules'), join(folder, 'node_modules'));
    await ok('keygen', '--out', 'keys/ci');
    writeFileSync(join(folder, 'promotion.yaml'), policy());
    const ran = await ok('run', 'tiny.yaml', '--attest', 'evidence.json', '--key', 'keys/ci.key');
    expect(ran).toContain('evidence.json: 10 artifacts passed tiny on embedded (wall)');
    const verdict = await ok('verify', 'evidence.json');
    expect(verdict).toMatch(/signed by laptop, 1 run\n( {2}ok {7}.*\n)+accepted\n$/);

    const to = ['promote', '--to', 'prod', '--evidence', 'evidence.json'];
    const planned = await ok(...to, '--plan', 'plan.json');
    expect(planned).toContain('+ state machine cosmicai-pipeline');
    expect(planned).toMatch(/\n\d+ to create, 0 to update\n$/);
    const killed = await cosmicai([...to, '--apply', 'plan.json'], /step \d+ of \d+, smoke scenarios/);
    expect(killed.code).toBeNull();
    expect(await readRouting(account.clients, `${machine}:live`)).toBeNull();
    const stale = await cosmicai([...to, '--apply', 'plan.json']);
    expect(stale.code).toBe(2);
    expect(stale.stderr).toMatch(/the plan plan\.json of \S+ is older than the account/);
    expect(await ok(...to, '--apply', '--allow-in-flight')).toContain(`serves in prod as ${machine}:1`);
    expect(await readRouting(account.clients, `${machine}:live`)).toEqual({ [`${machine}:1`]: 100 });
    expect(await ok(...to, '--apply')).toContain('nothing to change');
  });

  it('is written for other tools too, pinned by digest, and is the only one to go back to', async () => {
    const history = await ok('releases', '--of', 'prod');
    const zip = /init\.zip\s+sha256:([0-9a-f]{64})/.exec(history)![1]!;
    for (const [format, file] of [
      ['sam', 'template.json'],
      ['cloudformation', 'template.json'],
      ['terraform', 'main.tf.json'],
    ] as const) {
      const out = `deploy/${format}`;
      await ok('export', '--format', format, '--to', 'prod', '--evidence', 'evidence.json', '--out', out);
      expect(readdirSync(join(folder, out)), format).toContain(file);
      expect(readFileSync(join(folder, out, file), 'utf8'), format).toContain(zip);
    }
    const { code, stderr } = await cosmicai(['rollback', '--to', 'prod']);
    expect(code, stderr).toBe(2);
  });

  it("called as a user would with the seed's payload, gives the outputs of the attested run", async () => {
    for (let index = 0; index < PARTITIONS; index++) {
      const parts: Uint8Array[] = [];
      const sink = { write: async (bytes: Uint8Array) => void parts.push(Uint8Array.from(bytes)) };
      await generatePartition({ seed: 7, samples: SAMPLES, index, format: 'pt' }, sink);
      const object = { Bucket: 'cosmicai-data', Key: `50MB/${index}.pt`, Body: Buffer.concat(parts) };
      await account.clients.s3.send(new PutObjectCommand(object));
    }
    const { status, output } = await execute(account.clients, `${machine}:live`, PAYLOAD);
    expect(status).toBe('SUCCEEDED');
    const runs = join(folder, '.cosmicai/runs');
    const run = readdirSync(runs).find((id) => id.startsWith('tiny-'))!;
    const record = JSON.parse(readFileSync(join(runs, run, 'record.json'), 'utf8'));
    const body = (one: { statusCode: number; body: Record<string, unknown> }) => {
      const { results, files, total_samples } = one.body;
      return { statusCode: one.statusCode, results, files, total_samples };
    };
    expect(body(JSON.parse(output!))).toEqual(body(record.executions[0].output));
    const attested: PredictionsRecord[] = JSON.parse(
      readFileSync(join(runs, run, 'predictions.json'), 'utf8'),
    );
    expect(attested).toHaveLength(PARTITIONS);
    for (const { rank, zPred, zTrue } of attested) {
      const Key = `result-partition-50MB/1GB/1/${rank}.predictions.fits`;
      const { Body } = await account.clients.s3.send(new GetObjectCommand({ Bucket: 'team4-cosmical', Key }));
      const { columns } = parseFitsTable(await Body!.transformToByteArray());
      expect(columns['z_pred']).toEqual(zPred);
      expect(columns['z_true']).toEqual(zTrue);
    }
  });

  it('is not replaced by one that fails its smoke scenario, and serves throughout', async () => {
    mkdirSync(join(folder, 'v2'));
    writeFileSync(join(folder, 'v2/inference.ts'), FAULTY);
    writeFileSync(
      join(folder, 'v2/tiny.yaml'),
      `${SCENARIO}deploy: { functions: { inference: { source: ./inference.ts } } }\n`,
    );
    writeFileSync(join(folder, 'promotion.yaml'), policy('v2/tiny.yaml'));
    const artifacts = await buildArtifacts({
      cacheFolder: join(folder, '.cosmicai/cache/artifacts'),
      target: { platform: process.platform, arch: process.arch },
      project: cosmicAi({ handlers: { inference: join(folder, 'v2/inference.ts') } }, folder),
    });
    writeArtifactFolder(join(folder, 'v2/artifacts'), artifacts, { name: 'cosmicai', version: '0.1.0' });
    await ok('run', 'v2/tiny.yaml');
    const of = ['--artifacts', 'v2/artifacts'];
    await ok('attest', 'last', ...of, '--key', 'keys/ci.key', '--out', 'v2/evidence.json');
    const to = ['promote', '--to', 'prod', '--evidence', 'v2/evidence.json', ...of];

    const ended: Awaited<ReturnType<typeof execute>>[] = [];
    let serving = true;
    const traffic = (async () => {
      while (serving) {
        ended.push(
          await execute(account.clients, `${machine}:live`, {
            ...PAYLOAD,
            result_path: `traffic/${ended.length}`,
          }),
        );
      }
    })();
    const promoted = await cosmicai([...to, '--apply', '--allow-in-flight']);
    serving = false;
    await traffic;
    expect(promoted.code, promoted.stdout + promoted.stderr).toBe(1);
    expect(promoted.stdout).toMatch(
      /r[0-9a-f]{12} is rolled back, r[0-9a-f]{12} goes on serving:\n {2}smoke scenario tiny: status: /,
    );
    expect(promoted.stdout).toContain('only in production');
    expect(ended.length).toBeGreaterThan(0);
    expect(new Set(ended.map(({ status, version }) => `${status} ${version}`))).toEqual(
      new Set([`SUCCEEDED ${machine}:1`]),
    );
    expect(await readRouting(account.clients, `${machine}:live`)).toEqual({ [`${machine}:1`]: 100 });
    const history = await ok('releases', '--of', 'prod');
    expect(history).toMatch(/│ rolled back │[\s\S]*│ live /);
    expect(history).toContain('rolled back        smoke scenario tiny');
    expect(history).toMatch(/init\.zip {11}sha256:[0-9a-f]{64}/);
  });

  it('refuses a zip that was changed by one byte', async () => {
    const file = join(folder, 'v2/artifacts/functions/init.zip');
    const bytes = readFileSync(file);
    bytes[500]! ^= 1;
    writeFileSync(file, bytes);
    const args = ['--evidence', 'v2/evidence.json', '--artifacts', 'v2/artifacts'];
    const { code, stderr } = await cosmicai(['promote', '--to', 'prod', ...args, '--apply']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/digests: init\.zip has the digest sha256:\S+; sha256:\S+ was attested/);
  });
});

// Two dozen processes one after another: minutes on a machine that others use too.
const patient = 900_000;

describe('SIGKILL', () => {
  it(
    'at every step, followed by applying again, ends in the same state',
    async () => {
      const artifacts = makeArtifacts(account.folder, 'killed');
      writeArtifactFolder(join(folder, 'small'), artifacts, { name: 'cosmicai', version: '0.1.0' });
      const run = attestedRun(artifacts, Date.now());
      // The files that the run names.
      run.provenance.project.sha256 = yamlSha256(readFileSync(join(folder, 'cosmicai.yaml'), 'utf8'));
      mkdirSync(join(folder, 'scenarios'), { recursive: true });
      writeFileSync(join(folder, 'scenarios/tiny.yaml'), 'name: tiny\n');
      const statement = attest([run], {
        artifacts,
        toolVersion: '0.1.0',
        attestedAtMs: Date.now(),
        configuration: {},
      });
      const envelope = signEnvelope(IN_TOTO, JSON.stringify(statement), keys.privateKey);
      writeFileSync(join(folder, 'small.json'), JSON.stringify(envelope));
      const settings = `endpoint: ${account.emulator.endpoint}`;
      const rules = '  commit: any\n  cleanWorkTree: false';
      const of = (prefix: string) => ({
        environment: environmentOf(folder, prefix, settings, rules),
        artifacts,
        clients: account.clients,
      });
      const apply = (killAt?: RegExp) =>
        cosmicai(
          ['promote', '--to', 'prod', '--evidence', 'small.json', '--artifacts', 'small', '--apply'],
          killAt,
        );
      const calm = of('cosmicai-calm');
      const undisturbed = await apply();
      expect(undisturbed.code, undisturbed.stderr).toBe(0);
      const expected = await accountState(calm, folder);
      const steps = [...undisturbed.stderr.matchAll(/step (\d+) of (\d+), (.*)/g)];
      expect(steps).toHaveLength(Number(steps[0]![2]));
      for (const [, number, count, name] of steps) {
        const one = of(`cosmicai-k${number}x`);
        const killed = await apply(new RegExp(`step ${number} of ${count}, `));
        // The last step may be over before the signal comes.
        if (number !== count) expect(killed.code, name).toBeNull();
        const again = await apply();
        expect(again.code, again.stderr).toBe(0);
        expect(await accountState(one, folder), `killed at ${name}`).toEqual(expected);
      }
    },
    patient,
  );
});
