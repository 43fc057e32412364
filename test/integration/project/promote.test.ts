/** A release of any project: everything is published by version, notifications follow traffic, and going back leads both back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as s3Sdk from '@aws-sdk/client-s3';
import {
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ArtifactSet, buildArtifacts } from '../../../harness/artifacts/build-artifacts.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import type { JsonObject } from '../../../harness/core/json.ts';
import { type AwsClients, clientsFor, singleEndpoint } from '../../../harness/deploy/aws-access.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import { nearestProject } from '../../../harness/project/nearest-project.ts';
import { aliasArn, readRouting } from '../../../harness/promotion/account/routing.ts';
import { applyPromotion } from '../../../harness/promotion/apply/apply.ts';
import { RUNS } from '../../../harness/promotion/evidence/statement.ts';
import { NOTIFICATIONS_HANDLER } from '../../../harness/promotion/export/bucket-notifications.ts';
import { EXPORTERS } from '../../../harness/promotion/export/index.ts';
import { type PromotionPlan, planPromotion } from '../../../harness/promotion/plan/plan.ts';
import { renderPlan } from '../../../harness/promotion/plan/render.ts';
import { environmentNamed, loadPolicy } from '../../../harness/promotion/policy.ts';
import { policySha256 } from '../../../harness/promotion/policy-digest.ts';
import { returnToRelease } from '../../../harness/promotion/return-to.ts';
import type { Verification } from '../../../harness/promotion/verify/index.ts';
import { writePolicy } from '../../unit/promotion/sample-evidence.ts';
import { writeForeignProject } from './foreign.ts';

const clock = wallClock();
let folder: string;
let emulator: Emulator;
let clients: AwsClients;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foreign-release-'));
  writeForeignProject(folder);
  emulator = await startEmulator({ port: 0 });
  clients = clientsFor({
    region: emulator.region,
    endpoints: singleEndpoint(emulator.endpoint),
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  writePolicy(folder, {
    extra: `environments:
  prod:
    account: "000000000000"
    region: us-east-1
    prefix: live
    releases: shop-releases
    buckets: { shop-in: live-in, shop-out: live-out }
    functions: { Store: { memoryMB: 1024 } }
    watch: { for: 0 s, every: 50 ms }
`,
  });
});
afterAll(async () => {
  clients?.close();
  await emulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Evidence that was accepted. */
const VERIFIED = {
  signer: 'ci',
  statement: { predicate: { [RUNS]: { runs: [] } } },
  checks: [],
} as unknown as Verification;

async function planNow(): Promise<{ plan: PromotionPlan; artifacts: ArtifactSet }> {
  const policy = loadPolicy(join(folder, 'promotion.yaml'));
  const environment = environmentNamed(policy, 'prod');
  const target = { platform: 'linux', arch: process.arch };
  const project = nearestProject(folder);
  const artifacts = await buildArtifacts({ project, cacheFolder: join(folder, 'cache'), target });
  const evidenceText = 'evidence';
  const allows = () => true;
  const plan = await planPromotion({
    clients,
    project,
    environment,
    artifacts,
    evidenceText,
    policySha256: policySha256(policy, []),
    verification: VERIFIED,
    allows,
  });
  return { plan, artifacts };
}

async function releaseNow() {
  const { plan, artifacts } = await planNow();
  const { environment } = {
    environment: environmentNamed(loadPolicy(join(folder, 'promotion.yaml')), 'prod'),
  };
  const outcome = await applyPromotion(
    {
      clients,
      clock,
      environment,
      plan,
      artifacts,
      evidenceText: 'evidence',
      smoke: async () => [],
      rightsSettleMs: 0,
      signal: new AbortController().signal,
      onStep() {},
      onProgress() {},
    },
    { drift: false, inFlight: true },
  );
  return { plan, outcome };
}

async function processed(id: string): Promise<unknown> {
  const Body = JSON.stringify({ id, amount: 21 });
  await clients.s3.send(new PutObjectCommand({ Bucket: 'live-in', Key: `orders/${id}.json`, Body }));
  for (let tries = 0; ; tries++) {
    try {
      const found = await clients.s3.send(new GetObjectCommand({ Bucket: 'live-out', Key: `${id}.json` }));
      return JSON.parse(await found.Body!.transformToString());
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise<void>((resolve) => {
        clock.after(50, resolve);
      });
    }
  }
}

const configurations = async () => {
  const answer = await clients.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: 'live-in' }));
  return answer.LambdaFunctionConfigurations ?? [];
};
const notified = async () =>
  (await configurations()).map(({ LambdaFunctionArn }) => LambdaFunctionArn?.split(':').at(-1));
const routes = async ({ blueprint }: PromotionPlan) =>
  Promise.all(
    Object.values(blueprint.stateMachines).map(async (machine) =>
      Object.entries((await readRouting(clients, aliasArn(machine))) ?? {}).map(
        ([arn, weight]) => `${arn.split(':').slice(-2).join(':')} ${weight}`,
      ),
    ),
  );

describe('releases of a foreign project', () => {
  it('publishes every function, layer and machine, and leads buckets and aliases to them', async () => {
    const { plan } = await planNow();
    const text = renderPlan(plan, { color: false });
    for (const line of [
      '+ bucket live-in',
      '+ layer live-tools',
      '+ function live-Store',
      '+ activity live-approve',
      '+ state machine live-each',
      '+ object s3://live-out/config/rates.json',
      '+ alias live-orders:live',
      '+ notification live-in',
      '+ alarm live-orders-executions-failed',
    ])
      expect(text).toContain(line);
    expect((await releaseNow()).outcome).toMatchObject({ kind: 'released' });
    expect(await notified()).toEqual(['1']);
    expect(await routes(plan)).toEqual([['live-each:1 100'], ['live-orders:1 100']]);
    expect(await processed('p1')).toEqual({ id: 'p1', total: 42 });
    expect((await planNow()).plan).toMatchObject({ changes: [], drift: [] });
    expect((await releaseNow()).outcome).toEqual({ kind: 'unchanged' });
  });

  it('releases a layer that has changed with a version of each function that uses it, and goes back', async () => {
    writeFileSync(join(folder, 'layers/tools/python/tools.py'), 'def double(value):\n    return value * 4\n');
    const { plan, outcome } = await releaseNow();
    expect(outcome).toMatchObject({ kind: 'released' });
    expect(plan.changes.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      expect.arrayContaining(['layer live-tools', 'function live-Price']),
    );
    expect(await routes(plan)).toEqual([['live-each:1 100'], ['live-orders:2 100']]);
    expect(await processed('p2')).toEqual({ id: 'p2', total: 84 });
    const { to } = await returnToRelease({
      clients,
      clock,
      releasesBucket: 'shop-releases',
      prefix: 'live',
      caller: 'test',
      reason: 'wrong prices',
    });
    expect(to).toBeDefined();
    expect(await routes(plan)).toEqual([['live-each:1 100'], ['live-orders:1 100']]);
    expect(await processed('p3')).toEqual({ id: 'p3', total: 42 });
  });

  it.each(Object.keys(EXPORTERS) as (keyof typeof EXPORTERS)[])('exports all of it as %s', async (format) => {
    const { blueprint } = (await planNow()).plan;
    const text = JSON.stringify(EXPORTERS[format].render(blueprint, 'e'.repeat(64)));
    for (const name of [
      'live-Price',
      'live-Store',
      'live-Start',
      'live-tools',
      'live-orders',
      'live-each',
      'live-approve',
    ])
      expect(text).toContain(name);
  });

  it('exports notifications of buckets that exist before the stack, beside those of others', async () => {
    const { blueprint } = (await planNow()).plan;
    const { Resources } = EXPORTERS.cloudformation.render(blueprint, 'e'.repeat(64)) as {
      Resources: Record<string, { DependsOn?: string[]; Properties: JsonObject }>;
    };
    const { DependsOn, Properties } = Resources['LiveInNotifications']!;
    expect(DependsOn?.filter((id) => !(id in Resources))).toEqual([]);
    expect(Properties).toMatchObject({
      Bucket: 'live-in',
      Configurations: [{ Events: ['s3:ObjectCreated:*'] }],
    });
    const [configuration] = Properties['Configurations'] as { LambdaFunctionArn: { Ref: string } }[];
    expect(Resources).toHaveProperty(configuration!.LambdaFunctionArn.Ref);
    expect(NOTIFICATIONS_HANDLER.length).toBeLessThan(4096);

    const answers: JsonObject[] = [];
    vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) =>
      answers.push(JSON.parse(body)),
    );
    const sdk = { ...s3Sdk, S3Client: vi.fn() };
    const exported: { handler?: (event: unknown) => Promise<void> } = {};
    sdk.S3Client.mockImplementation(function client() {
      return clients.s3;
    });
    new Function('require', 'exports', NOTIFICATIONS_HANDLER)(() => sdk, exported);
    const [before] = await configurations();
    const own = { ...before, Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'refunds/' }] } } };
    delete own.Id;
    const event = {
      RequestType: 'Create',
      ResponseURL: 'http://localhost/answer',
      ResourceProperties: { Bucket: 'live-in', IdPrefix: 'stack-', Configurations: [own] },
    };
    await exported.handler!(event);
    await exported.handler!({ ...event, RequestType: 'Update' });
    expect((await configurations()).map(({ Id }) => Id)).toEqual(['live-1', 'stack-0']);
    await exported.handler!({ ...event, RequestType: 'Delete' });
    expect((await configurations()).map(({ Id }) => Id)).toEqual(['live-1']);
    const missing = { ...event.ResourceProperties, Bucket: 'never-made' };
    await exported.handler!({ ...event, ResourceProperties: missing });
    vi.unstubAllGlobals();
    expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS', 'FAILED']);
    expect(answers[3]!['Reason']).toMatch(/^NoSuchBucket: /);
  });

  it('names what a policy says of things that the project does not have', () => {
    writePolicy(folder, {
      extra: `sizeBudget: { Stroe: { zip: 1 MB } }
environments:
  prod:
    account: "000000000000"
    region: us-east-1
    prefix: live
    releases: shop-releases
    buckets: { shop-inn: live-in }
    functions: { Prices: { memoryMB: 1024 } }
    substitutions: { orders: { Pricearn: x } }
`,
    });
    try {
      loadPolicy(join(folder, 'promotion.yaml'));
      expect.unreachable();
    } catch (error) {
      const { diagnostics } = error as { diagnostics: { message: string; hint: string }[] };
      expect(diagnostics.map(({ message, hint }) => `${message}: ${hint}`)).toEqual([
        'the project has no function or layer named Stroe: Did you mean Store?',
        'the project has no function named Prices: Did you mean Price?',
        'the project has no bucket named shop-inn: Did you mean shop-in?',
        'the project has no placeholder named Pricearn: Did you mean PriceArn?',
      ]);
    }
  });
});
