/** Releases in an account with policies enforced: applied once, twice, by canary, rolled back, refused. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineAliasCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aliasArn, readRouting } from '../../../harness/promotion/account/routing.ts';
import { renderPlan } from '../../../harness/promotion/plan/render.ts';
import { requireSamePlan, savedPlan } from '../../../harness/promotion/plan/saved-plan.ts';
import { releaseStore } from '../../../harness/promotion/release/store.ts';
import { returnToRelease } from '../../../harness/promotion/return-to.ts';
import {
  type Account,
  accountState,
  clock,
  execute,
  plan,
  type Release,
  release,
  releaseOf as releaseIn,
  startAccount,
} from './rig.ts';

let account: Account;
let folder: string;
beforeAll(async () => {
  account = await startAccount();
  folder = account.folder;
});
afterAll(() => account?.stop());

const releaseOf = (...which: [prefix: string, label: string, extra?: string, body?: string]) =>
  releaseIn(account, ...which);
const stateOf = (one: Release) => accountState({ ...one, clients: account.clients }, folder);
const journalOf = async ({ environment, clients }: Release) => {
  const { releases, prefix } = environment;
  return (await releaseStore(clients.s3, releases, prefix).readJournal()).journal.entries;
};

describe('a release', () => {
  it('is planned without a write, applied, serves, and applying it again changes nothing', async () => {
    const one = releaseOf('first', 'v1');
    const planned = await plan(one, folder);
    expect(planned.changes.map(({ kind }) => kind)).toContain('state machine');
    expect(planned.changes.every(({ action }) => action === 'create')).toBe(true);
    expect(planned.refusals).toEqual([]);
    // Nothing was made by planning.
    expect((await plan(one, folder)).fingerprint).toBe(planned.fingerprint);
    expect(planned.observed.buckets['first-releases']).toBe(false);

    const outcome = await release(one, folder);
    const version = `${planned.blueprint.stateMachines['pipeline']!.arn}:1`;
    expect(outcome).toEqual({ kind: 'released', stateMachineVersionArns: { pipeline: version } });
    expect(
      await execute(account.clients, aliasArn(planned.blueprint.stateMachines['pipeline']!), { a: 1 }),
    ).toEqual({
      status: 'SUCCEEDED',
      version,
      output: '{"a":1}',
    });
    const before = await stateOf(one);
    expect(await release(one, folder)).toEqual({ kind: 'unchanged' });
    expect(await stateOf(one)).toEqual(before);
  });

  it('names functions by published versions only, with the attested code', async () => {
    const one = releaseOf('versions', 'v1');
    await release(one, folder);
    const { observed } = await plan(one, folder);
    const arns = JSON.stringify(observed.stateMachines['pipeline']!.definition).match(
      /arn:aws:lambda:[^"]+/g,
    );
    expect(arns).toEqual(
      ['init', 'inference', 'summarize'].map(
        (name) => `arn:aws:lambda:us-east-1:123456789012:function:versions-${name}:1`,
      ),
    );
    const [entry] = await journalOf(one);
    expect(entry).toMatchObject({
      status: 'live',
      signer: 'ci',
      versions: { init: '1' },
      by: expect.stringContaining('arn:aws'),
    });
    expect(Object.keys(entry!.artifacts)).toHaveLength(6);
  });

  it('shows what an update changes, leaf by leaf', async () => {
    await release(releaseOf('shown', 'v1'), folder);
    const two = releaseOf('shown', 'v2', 'functions: { inference: { memoryMB: 3008 } }');
    const planned = await plan(two, folder);
    const text = renderPlan(planned, { color: false });
    expect(text).toMatch(
      /~ function shown-inference\n {4}codeSha256: \S+ -> \S+\n {4}memoryMB: 10240 -> 3008\n/,
    );
    expect(text).toMatch(/traffic: 100 % to version 1 -> 100 % to the version of r[0-9a-f]{12}/);
    expect(text).toContain('version of shown-init -> the one to be published');
    expect(text).toContain('1 to create, 5 to update');
  });
});

describe('rolling back', () => {
  it('happens by itself when a smoke scenario fails: the release before was never touched', async () => {
    const one = releaseOf('smoky', 'v1');
    await release(one, folder);
    const { blueprint } = await plan(one, folder);
    const two = releaseOf('smoky', 'v2');
    let proven = '';
    const outcome = await release(two, folder, {
      smoke: async (versions) => {
        const version = versions['pipeline']!;
        proven = version;
        expect(
          (await readRouting(account.clients, aliasArn(blueprint.stateMachines['pipeline']!)))![version],
        ).toBeUndefined();
        return [
          {
            scenario: 'tiny',
            passed: false,
            executionArns: [],
            endedAtMs: 0,
            reasons: ['status: expected SUCCEEDED, was FAILED'],
          },
        ];
      },
    });
    expect(proven).toMatch(/:2$/);
    expect(outcome).toEqual({
      kind: 'rolled back',
      reason: 'smoke scenario tiny: status: expected SUCCEEDED, was FAILED',
    });
    expect(await readRouting(account.clients, aliasArn(blueprint.stateMachines['pipeline']!))).toEqual({
      [`${blueprint.stateMachines['pipeline']!.arn}:1`]: 100,
    });
    expect((await journalOf(two)).map(({ status }) => status)).toEqual(['live', 'rolled back']);
    // What the failed release has left is known, and no drift.
    expect((await plan(two, folder)).drift).toEqual([]);
    expect((await execute(account.clients, aliasArn(blueprint.stateMachines['pipeline']!))).status).toBe(
      'SUCCEEDED',
    );
  });

  it('of a first release leaves nothing that serves', async () => {
    const one = releaseOf('firstbad', 'v1');
    const outcome = await release(one, folder, {
      smoke: async () => [
        { scenario: 'tiny', passed: false, executionArns: [], endedAtMs: 0, reasons: ['x'] },
      ],
    });
    expect(outcome.kind).toBe('rolled back');
    const { blueprint, live } = await plan(one, folder);
    expect(live).toBeUndefined();
    expect(await readRouting(account.clients, aliasArn(blueprint.stateMachines['pipeline']!))).toBeNull();
  });

  it('happens by itself in a canary whose executions fail, and no execution of the old version is lost', async () => {
    const extra = 'canary: [50]';
    const one = releaseOf('canary', 'v1', extra);
    await release(one, folder);
    const { blueprint } = await plan(one, folder);
    const watched = releaseOf(
      'canary',
      'v2',
      `${extra}\nexecutionsInFlight: allow`,
      'throw new Error("only in production");',
    );
    watched.environment.watch = { ...watched.environment.watch, for: 60_000, every: 100 };
    const ended: { status: string; version: string }[] = [];
    let serving = true;
    const traffic = (async () => {
      while (serving)
        ended.push(await execute(account.clients, aliasArn(blueprint.stateMachines['pipeline']!)));
    })();
    const shares: string[] = [];
    const outcome = await release(watched, folder, {
      inFlight: true,
      onProgress: (line) => shares.push(line),
    });
    serving = false;
    await traffic;
    const after = await execute(account.clients, aliasArn(blueprint.stateMachines['pipeline']!));
    expect(outcome).toMatchObject({
      kind: 'rolled back',
      reason: expect.stringMatching(/^\d+ of \d+ executions failed \(\d+\.\d %\); 0\.0 % are allowed$/),
    });
    expect(shares).toContain('traffic: 50 % to version 2, 50 % to version 1');
    const old = [...ended, after].filter(({ version }) => version.endsWith(':1'));
    expect(old.length).toBeGreaterThan(0);
    expect(old.every(({ status }) => status === 'SUCCEEDED')).toBe(true);
    expect(after.version).toMatch(/:1$/);
    expect(
      ended.filter(({ version }) => version.endsWith(':2')).every(({ status }) => status === 'FAILED'),
    ).toBe(true);
  });

  it('by hand leads back to the versions that served, once they are found whole', async () => {
    const one = releaseOf('back', 'v1');
    await release(one, folder);
    const two = releaseOf('back', 'v2');
    await release(two, folder);
    const { blueprint } = await plan(two, folder);
    const request = {
      clients: account.clients,
      clock,
      releasesBucket: 'back-releases',
      prefix: 'back',
      caller: 'arn:aws:iam::123456789012:user/someone',
      reason: 'wrong redshifts',
    };
    const { to, from } = await returnToRelease(request);
    expect(from).toBe(blueprint.release);
    expect(to!.stateMachineVersionArns!['pipeline']).toMatch(/:1$/);
    expect((await execute(account.clients, aliasArn(blueprint.stateMachines['pipeline']!))).version).toMatch(
      /:1$/,
    );
    const entries = await journalOf(two);
    expect(entries.map(({ status }) => status)).toEqual(['superseded', 'rolled back', 'live']);
    expect(entries[1]!.reason).toBe('wrong redshifts');
    expect(entries[2]).toMatchObject({ by: request.caller, rollbackFrom: from, release: to!.release });
    // The newest code is that of the release that was left: known, no drift.
    expect((await plan(one, folder)).drift).toEqual([]);
    await expect(returnToRelease({ ...request, release: 'r000' })).rejects.toMatchObject({
      code: 'unknown-release',
    });
    const again = await returnToRelease({ ...request, release: blueprint.release }).catch((error) => error);
    expect(again).toMatchObject({ code: 'unknown-release' });
  });

  it('gives up a release that is unfinished', async () => {
    const one = releaseOf('given-up', 'v1');
    await release(one, folder);
    const two = releaseOf('given-up', 'v2');
    await expect(
      release(two, folder, { smoke: () => Promise.reject(new Error('the network broke')) }),
    ).rejects.toThrowError('the network broke');
    const three = await plan(releaseOf('given-up', 'v3'), folder);
    expect(three.refusals).toEqual([
      expect.stringMatching(/^the release r[0-9a-f]{12} is unfinished: apply it again/),
    ]);
    const { to } = await returnToRelease({
      clients: account.clients,
      clock,
      releasesBucket: 'given-up-releases',
      prefix: 'given-up',
      caller: 'someone',
      reason: 'x',
    });
    expect(to!.stateMachineVersionArns!['pipeline']).toMatch(/:1$/);
    expect((await journalOf(two)).map(({ status }) => status)).toEqual(['live', 'rolled back']);
  });
});

describe('applying is refused', () => {
  it('in an account that is not the named one', async () => {
    const one = releaseOf('elsewhere', 'v1');
    one.environment.account = '999999999999';
    await expect(plan(one, folder)).rejects.toMatchObject({
      code: 'wrong-account',
      message: 'the credentials belong to account 123456789012; the environment prod is account 999999999999',
    });
  });

  it('when somebody changed the function, its role or the alias by hand, unless that is accepted', async () => {
    const one = releaseOf('drifted', 'v1');
    await release(one, folder);
    const { blueprint } = await plan(one, folder);
    const { lambda, iam, stepfunctions } = account.clients;
    await lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'drifted-init', MemorySize: 512 }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'drifted-init-function',
        PolicyName: 'by-hand',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' }],
        }),
      }),
    );
    const planned = await plan(one, folder);
    expect(planned.drift).toEqual([
      { what: 'function drifted-init', lines: ['memoryMB: 1769 -> 512'] },
      { what: 'role drifted-init-function', lines: ['+ inline policy by-hand'] },
    ]);
    expect(renderPlan(planned, { color: false })).toContain(
      'changed by hand since the last release:\n! function drifted-init\n    memoryMB: 1769 -> 512',
    );
    await expect(release(one, folder)).rejects.toMatchObject({
      code: 'plan-refused',
      message: expect.stringContaining('function drifted-init (memoryMB: 1769 -> 512)'),
    });
    expect((await release(one, folder, { drift: true })).kind).toBe('released');
    const repaired = await plan(one, folder);
    expect(repaired.drift).toEqual([]);
    expect(repaired.changes).toEqual([]);
    const two = releaseOf('drifted', 'v2');
    await release(two, folder);
    await stepfunctions.send(
      new UpdateStateMachineAliasCommand({
        stateMachineAliasArn: aliasArn(blueprint.stateMachines['pipeline']!),
        routingConfiguration: [
          { stateMachineVersionArn: `${blueprint.stateMachines['pipeline']!.arn}:1`, weight: 100 },
        ],
      }),
    );
    expect((await plan(two, folder)).drift).toEqual([
      {
        what: 'alias',
        lines: [expect.stringMatching(/^sends 100 % to \S+:1, which is not the live release$/)],
      },
    ]);
  });

  it('for functions that no release has made', async () => {
    const one = releaseOf('theirs', 'v1');
    await release(one, folder);
    const same = releaseOf('theirs', 'v1');
    // Another releases bucket knows nothing of them.
    same.environment.releases = 'theirs-others';
    expect((await plan(same, folder)).drift[0]).toEqual({
      what: 'function theirs-init',
      lines: ['exists, and no release has made it'],
    });
  });

  it('by a plan that is older than the account, or for another release', async () => {
    const one = releaseOf('stale', 'v1');
    await release(one, folder);
    const two = releaseOf('stale', 'v2');
    const planned = await plan(two, folder);
    const text = JSON.stringify(savedPlan(planned, clock.nowMs()));
    expect(() => requireSamePlan(text, 'plan.json', planned)).not.toThrow();
    await account.clients.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'stale-init', Description: 'touched' }),
    );
    const now = await plan(two, folder);
    expect(() => requireSamePlan(text, 'plan.json', now)).toThrowError(
      /the plan plan\.json of \S+Z is older than the account, which has changed since/,
    );
    const other = await plan(releaseOf('stale', 'v3'), folder);
    expect(() => requireSamePlan(text, 'plan.json', other)).toThrowError(
      /is for r\S+ in prod, not for r\S+$/,
    );
    expect(() => requireSamePlan('{}', 'plan.json', now)).toThrowError('plan.json is no plan');
    const edited = JSON.stringify({ ...JSON.parse(text), plannedAt: '2026-01-01T00:00:00Z' });
    expect(() => requireSamePlan(edited, 'plan.json', planned)).toThrowError(
      'the plan plan.json has been changed since it was written',
    );
    // Between plan and write AWS itself refuses: the RevisionId is another.
    await expect(release(two, folder, { plan: planned })).rejects.toMatchObject({
      code: 'changed-meanwhile',
      message: expect.stringContaining('stale-init'),
    });
  });

  it.each([
    ['canary', 'canary: [50]'],
    ['smoke scenarios', 'smoke: [other.yaml]'],
    ['watching', 'watch: { for: 1 s, every: 100 ms, errorRateIncrease: 1 }'],
    ['alarms', 'alarms: []'],
  ])('by a plan made under another policy: %s', async (_what, changed) => {
    const two = releaseOf('policed', 'v1');
    const text = JSON.stringify(savedPlan(await plan(two, folder), clock.nowMs()));
    const other = releaseOf('policed', 'v1', changed.startsWith('watch') ? '' : changed);
    const file = join(folder, 'promotion.yaml');
    if (changed.startsWith('watch'))
      writeFileSync(file, readFileSync(file, 'utf8').replace(/watch: .*/, changed));
    const now = await plan(other, folder);
    expect(() => requireSamePlan(text, 'plan.json', now)).toThrowError(
      /^the policy, or a file that it names, has changed since the plan plan\.json of \S+Z$/,
    );
  });

  it('when the model of the live release was replaced or removed, unless that is accepted', async () => {
    const one = releaseOf('modelled', 'v1');
    await release(one, folder);
    const { blueprint } = await plan(one, folder);
    const [object] = blueprint.objects;
    const { MODEL_VERSION, MODEL_SHA256 } = blueprint.functions['inference']!.environment;
    expect(object!.key).toContain(MODEL_VERSION);
    expect(MODEL_SHA256).toBe(object!.sha256);
    const { bucket: Bucket, key: Key } = object!;
    const { s3 } = account.clients;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'another model' }));
    const { drift, changes } = await plan(one, folder);
    expect(drift).toEqual([
      { what: `object s3://${Bucket}/${Key}`, lines: [expect.stringMatching(/^sha256: \S+ -> \S+$/)] },
    ]);
    expect(changes.map(({ kind, action }) => `${action} ${kind}`)).toEqual(['update object']);
    await expect(release(one, folder)).rejects.toMatchObject({ code: 'plan-refused' });
    await release(one, folder, { drift: true });
    expect((await plan(one, folder)).drift).toEqual([]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    expect((await plan(one, folder)).drift).toEqual([
      { what: `object s3://${Bucket}/${Key}`, lines: ['is gone'] },
    ]);
    // A later release is not affected, but there is no going back to one without its model.
    await release(releaseOf('modelled', 'v2'), folder, { drift: true });
    const { releases, prefix } = one.environment;
    await expect(
      returnToRelease({
        clients: account.promoter,
        clock,
        releasesBucket: releases,
        prefix,
        caller: 'test',
        reason: 'test',
      }),
    ).rejects.toThrowError(/cannot serve again: s3:.+model\.onnx is gone/);
  });

  it('when the blueprint of the live release was edited in its bucket', async () => {
    const one = releaseOf('edited', 'v1');
    await release(one, folder);
    const { blueprint } = await plan(one, folder);
    const Bucket = blueprint.releasesBucket;
    const Key = `cosmicai/edited/releases/${blueprint.release}.json`;
    const changed = { ...blueprint, objects: [] };
    await account.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(changed) }));
    await expect(plan(one, folder)).rejects.toMatchObject({ code: 'release-damaged' });
  });

  it('while executions are in flight, unless that is allowed', async () => {
    const one = releaseOf(
      'busy',
      'v1',
      '',
      'await new Promise((done) => setTimeout(done, 60000)); return event;',
    );
    await release(one, folder);
    const { blueprint } = await plan(one, folder);
    const { stepfunctions } = account.clients;
    const { executionArn } = await stepfunctions.send(
      new StartExecutionCommand({
        stateMachineArn: aliasArn(blueprint.stateMachines['pipeline']!),
        name: 'at-work',
      }),
    );
    const two = releaseOf('busy', 'v2');
    await expect(release(two, folder)).rejects.toMatchObject({
      code: 'plan-refused',
      message: expect.stringContaining('executions are in flight: at-work; --allow-in-flight goes on'),
    });
    expect((await release(two, folder, { inFlight: true })).kind).toBe('released');
    await stepfunctions.send(new StopExecutionCommand({ executionArn }));
  });

  it('when the role may not invoke the functions of the state machine', async () => {
    const { iam } = account.clients;
    const trust = { Version: '2012-10-17', Statement: [] };
    const { CreateRoleCommand } = await import('@aws-sdk/client-iam');
    await iam.send(
      new CreateRoleCommand({ RoleName: 'their-role', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'their-role',
        PolicyName: 'start',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'states:StartExecution', Resource: '*' }],
        }),
      }),
    );
    const one = releaseOf('norights', 'v1', 'roles: { stateMachine: their-role }');
    await expect(release(one, folder)).rejects.toMatchObject({
      code: 'plan-refused',
      message: expect.stringContaining(
        'the role their-role lacks lambda:InvokeFunction on versions of norights-init',
      ),
    });
    const missing = releaseOf('norole', 'v1', 'roles: { stateMachine: nobody }');
    expect((await plan(missing, folder)).refusals).toEqual([
      'the role nobody of the state machine does not exist',
    ]);
  });

  it('for a way of running children that was never run, and a watched alarm that is missing', async () => {
    const one = releaseOf(
      'express',
      'v1',
      'substitutions: { pipeline: { MapExecutionType: EXPRESS } }\nalarms: [pager]',
    );
    expect((await plan(one, folder)).refusals).toEqual([
      'pipeline.MapExecutionType is to be EXPRESS, and was run as STANDARD only',
      'the alarm pager, which is to be watched, does not exist',
    ]);
  });
});
