/** What evidence is refused for, each with its exact reason. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Base64 } from '../../../harness/artifacts/digest.ts';
import type { AttestedRun } from '../../../harness/promotion/evidence/attest.ts';
import { RUNS, statementSchema } from '../../../harness/promotion/evidence/statement.ts';
import { loadPolicy } from '../../../harness/promotion/policy.ts';
import { accepted, readEvidence, verifyEvidence } from '../../../harness/promotion/verify/index.ts';
import {
  COMMIT,
  evidenceOf,
  NOW_MS,
  sampleArtifacts,
  sampleRun,
  stateOf,
  writePolicy,
} from './sample-evidence.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Given {
  runs?: AttestedRun[];
  policy?: Parameters<typeof writePolicy>[1];
  artifacts?: ReturnType<typeof sampleArtifacts>;
  source?: { commit?: string; clean: boolean; changed: string[] };
  key?: Parameters<typeof evidenceOf>[1];
}

/** Every reason for refusing, as `check: reason`. */
function reasons(given: Given): string[] {
  const policy = loadPolicy(writePolicy(folder, given.policy));
  const { checks } = verifyEvidence(evidenceOf(given.runs ?? [sampleRun()], given.key), policy, {
    artifacts: given.artifacts ?? sampleArtifacts(),
    source: given.source ?? { commit: COMMIT, clean: true, changed: [] },
    nowMs: NOW_MS,
  });
  return checks.flatMap(({ name, reasons: all }) => all.map((reason) => `${name}: ${reason}`));
}

const run = (change: (one: AttestedRun) => void) => [sampleRun(change)];
const unjudged = { name: 'memory', outcome: 'not judged' as const, expected: '', actual: '', path: [] };

describe('evidence', () => {
  it('is accepted when everything holds', () => {
    expect(reasons({})).toEqual([]);
    const policy = loadPolicy(writePolicy(folder));
    const verification = verifyEvidence(evidenceOf([sampleRun()]), policy, { nowMs: NOW_MS });
    expect(accepted(verification)).toBe(true);
    expect(verification.signer).toBe('ci');
  });

  const changedZip = sampleArtifacts();
  changedZip.functions['init']!.sha256 = sha256Base64('init, one byte changed');
  const changedDefinition = sampleArtifacts();
  changedDefinition.stateMachines['pipeline']!.sha256 = sha256Base64('other');
  const large = sampleArtifacts();
  large.functions['init']!.unzippedBytes = 250 * 1024 * 1024 + 1;

  it.each<[string, Given, RegExp[]]>([
    [
      'a zip changed by a byte',
      { artifacts: changedZip },
      [/^digests: init\.zip has the digest sha256:[0-9a-f]{64}; sha256:[0-9a-f]{64} was attested$/],
    ],
    [
      'a definition changed after the run',
      { artifacts: changedDefinition },
      [/^digests: pipeline\.asl\.json has the digest sha256:\S+; sha256:\S+ was attested$/],
    ],
    [
      'runs that are too old',
      { policy: { evidence: '  maximumAge: 30 min' } },
      [/^age: tiny ended 1\.0 h ago; the policy allows 30\.0 min$/],
    ],
    [
      'another key',
      { key: generateKeyPairSync('ed25519').privateKey },
      [
        /^signature: no signature is valid for a key of the policy \(ci\); signed by [0-9a-f]{16}, or changed since$/,
      ],
    ],
    [
      'another commit',
      { source: { commit: 'b'.repeat(40), clean: true, changed: [] } },
      [/^source: tiny ran at commit a{40}, not at b{40}$/],
    ],
    [
      'a work tree that was dirty when it ran',
      { runs: run((one) => Object.assign(one.source, { clean: false, changed: ['lambdas/init/index.ts'] })) },
      [/^source: tiny ran in a work tree with changes: lambdas\/init\/index\.ts$/],
    ],
    [
      'a work tree that is dirty now',
      { source: { commit: COMMIT, clean: false, changed: ['a', 'b', 'c', 'd'] } },
      [/^source: the work tree has changes: a, b, c and 1 more$/],
    ],
    [
      'no repository',
      { source: { clean: false, changed: [] } },
      [/^source: the commit that is promoted cannot be told/, /^source: the work tree has changes$/],
    ],
    [
      'a required scenario that was skipped',
      { policy: { require: '  - scenario: rerun' } },
      [/^required scenarios: the scenario rerun was not run \(or skipped\)$/],
    ],
    [
      'a cell that was skipped',
      {
        runs: run((one) =>
          Object.assign(one, { scenario: { sha256: '0'.repeat(64), cells: ['', 'mb=50'] } }),
        ),
      },
      [/^required scenarios: tiny\[mb=50\] was not run on embedded \(or skipped\)$/],
    ],
    [
      'cells that nobody knows',
      { runs: run((one) => delete one.scenario) },
      [/^required scenarios: the cells that tiny asks for are not in the evidence$/],
    ],
    [
      'a check that was not judged',
      { runs: run(({ outcome }) => outcome.verdicts.push(unjudged)) },
      [/^required scenarios: "memory" of tiny was not judged on embedded$/],
    ],
    [
      'nothing judged at all',
      { runs: run(({ outcome }) => outcome.verdicts.splice(0)) },
      [/^required scenarios: nothing was judged in tiny on embedded$/],
    ],
    [
      'a backend that was not run',
      { policy: { require: '    backends: [embedded, aws]' } },
      [/^required scenarios: tiny was not run on the backend aws \(only on embedded\)$/],
    ],
    [
      'virtual time only',
      { runs: run(({ outcome }) => Object.assign(outcome.record, { clock: 'virtual' })) },
      [/^required scenarios: tiny was run on virtual time only on embedded; the policy asks for wall time$/],
    ],
    [
      'a threshold that does not hold',
      { policy: { extra: 'thresholds: {p95(inference.duration): {lt: 1 s}}' } },
      [/^thresholds: p95\(inference\.duration\) was 2\.49\d* s in tiny, not < 1 s$/],
    ],
    [
      'a threshold without evidence',
      { policy: { extra: 'thresholds: {p42(inference.duration): {lt: 1 h}}' } },
      [/^thresholds: tiny gave no evidence for p42\(inference\.duration\) \(< 1 h\)$/],
    ],
    [
      'a package over 250 MB unzipped',
      { artifacts: large },
      [/^packages: init\.zip has 262144001 bytes unzipped; 262144000 are allowed$/],
    ],
    [
      "a package over the policy's own budget",
      { policy: { extra: 'sizeBudget: {init: {zip: 3 B}}' } },
      [/^packages: init\.zip has 4 bytes; 3 are allowed$/],
    ],
  ])('is refused for %s', (_what, given, expected) => {
    const found = reasons(given);
    expect(found).toHaveLength(expected.length);
    found.forEach((reason, index) => {
      expect(reason).toMatch(expected[index]!);
    });
  });

  it('of virtual time, unjudged checks and a dirty tree is accepted where the policy says so', () => {
    const spoilt = run((one) => {
      one.outcome.record.clock = 'virtual';
      one.outcome.verdicts.push(unjudged);
      one.source.clean = false;
    });
    const policy = {
      evidence: '  cleanWorkTree: false',
      require: '    clock: any\n    mayBeUnjudged: [memory]',
    };
    expect(reasons({ runs: spoilt, policy })).toEqual([]);
  });

  it('that is missing or no envelope is told with a remedy', () => {
    expect(() => readEvidence(join(folder, 'none.json'))).toThrowError(/the evidence \S+ is missing/);
  });

  it('is believed in nothing when its signature is not', () => {
    const envelope = evidenceOf([sampleRun()]);
    const payload = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
    payload.predicate[RUNS].runs[0].backend.name = 'aws';
    const forged = { ...envelope, payload: Buffer.from(JSON.stringify(payload)).toString('base64') };
    const verification = verifyEvidence(forged, loadPolicy(writePolicy(folder)), { nowMs: NOW_MS });
    expect(verification.statement).toBeUndefined();
    expect(verification.checks.map(({ name }) => name)).toEqual(['signature']);
  });
});

describe('attest', () => {
  it('writes a statement that follows its own schema, subjects by digest', () => {
    const statement = stateOf([sampleRun()]);
    expect(statementSchema.parse(JSON.parse(JSON.stringify(statement)))).toEqual(statement);
    expect(statement.subject.map(({ name }) => name)).toEqual([
      'init.zip',
      'inference.zip',
      'summarize.zip',
      'pipeline.asl.json',
      's3://work/model/model.onnx',
    ]);
    expect(statement.predicate).toMatchObject({ result: 'PASSED', passedTests: ['tiny on embedded (wall)'] });
  });

  it('refuses runs that failed, and leaves out those of other artifacts by name', () => {
    const failed = sampleRun(({ outcome }) => Object.assign(outcome, { passed: false }));
    expect(() => stateOf([failed])).toThrowError('no evidence is written: tiny-1 did not pass');
    const other = sampleRun(
      ({ outcome }) => Object.assign(outcome, { runId: 'faulty-1' }),
      sampleArtifacts('x'),
    );
    const { predicate } = stateOf([sampleRun(), other]);
    expect(predicate[RUNS].leftOut).toEqual([
      { run: 'faulty-1', reason: expect.stringMatching(/^init is \S+, not \S+$/) },
    ]);
    expect(predicate[RUNS].runs).toHaveLength(1);
    expect(() => stateOf([other])).toThrowError(/no run is about these artifacts: in faulty-1 init is/);
  });

  it('refuses a definition that ran and is not the declared one', () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:init';
    const definition = (extra: object) => ({
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: arn, End: true, ...extra } },
    });
    const ran = (extra: object) =>
      sampleRun(({ outcome }) =>
        Object.assign(outcome.record.executions[0]!, { definition: definition(extra) }),
      );
    expect(stateOf([ran({})]).predicate[RUNS].runs[0]!.substitutions).toEqual({});
    expect(() => stateOf([ran({ Comment: 'by hand' })])).toThrowError(
      /differs from the artifact's at \/States\/A\/Comment/,
    );
  });
});

describe('promotion.yaml', () => {
  it.each([
    ['an unknown field', { extra: 'requires: []' }, /"?requires"? is not a known field/],
    [
      'an unknown metric',
      { extra: 'thresholds: {p95(inference.duratoin): {lt: 1 s}}' },
      /is no metric; did you mean/,
    ],
    ['a unit that does not fit', { extra: 'thresholds: {max(memory): {lt: 1 s}}' }, /"1 s" does not fit/],
    ['a time without unit', { evidence: '  maximumAge: "5"' }, /"5" is no time/],
    [
      'an account that is a number',
      { extra: 'environments: {prod: {account: 123456789012}}' },
      /environments\.prod\.account must be text, not 123456789012/,
    ],
  ])('says where the mistake is: %s', (_what, given, message) => {
    expect(() => loadPolicy(writePolicy(folder, given))).toThrowError(message);
  });

  it('refuses a key that is not there', () => {
    const file = writePolicy(folder);
    rmSync(join(folder, 'ci.pub'));
    expect(() => loadPolicy(file)).toThrowError(/the public key \S+ci\.pub does not exist/);
  });
});
