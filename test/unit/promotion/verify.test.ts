/** What evidence is refused for, each with its exact reason. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Base64 } from '../../../harness/artifacts/digest.ts';
import { manifestOf } from '../../../harness/artifacts/manifest.ts';
import type { AttestedRun } from '../../../harness/promotion/evidence/attest.ts';
import { IN_TOTO, signEnvelope } from '../../../harness/promotion/evidence/dsse.ts';
import { RUNS, type Statement, statementSchema } from '../../../harness/promotion/evidence/statement.ts';
import { loadPolicy } from '../../../harness/promotion/policy.ts';
import { accepted, readEvidence, verifyEvidence } from '../../../harness/promotion/verify/index.ts';
import {
  COMMIT,
  evidenceOf,
  filesOf,
  keys,
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
  /** Contents of the promoted sources that are not as they were run. */
  files?: Record<string, string>;
  projectPath?: string;
  /** Changes the statement before it is signed. */
  statement?: (statement: Statement) => void;
}

/** Every reason for refusing, as `check: reason`. */
async function reasons(given: Given): Promise<string[]> {
  const policy = loadPolicy(writePolicy(folder, given.policy));
  const statement = stateOf(given.runs ?? [sampleRun()]);
  given.statement?.(statement);
  const envelope = signEnvelope(IN_TOTO, JSON.stringify(statement), given.key ?? keys.privateKey);
  const { checks } = await verifyEvidence({ kind: 'envelope', envelope }, policy, {
    artifacts: given.artifacts ?? sampleArtifacts(),
    source: given.source ?? { commit: COMMIT, clean: true, changed: [] },
    files: filesOf(given.files),
    projectPath: given.projectPath ?? 'cosmicai.yaml',
    nowMs: NOW_MS,
  });
  return checks.flatMap(({ name, reasons: all }) => all.map((reason) => `${name}: ${reason}`));
}

const run = (change: (one: AttestedRun) => void) => [sampleRun(change)];
const unjudged = { name: 'memory', outcome: 'not judged' as const, expected: '', actual: '', path: [] };

describe('evidence', () => {
  it('is accepted when everything holds', async () => {
    expect(await reasons({})).toEqual([]);
    const policy = loadPolicy(writePolicy(folder));
    const evidence = { kind: 'envelope', envelope: evidenceOf([sampleRun()]) } as const;
    const verification = await verifyEvidence(evidence, policy, { nowMs: NOW_MS });
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
      {
        runs: run((one) =>
          Object.assign(one.provenance.source, { clean: false, changed: ['lambdas/init/index.ts'] }),
        ),
      },
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
      [/^source: the commit that is promoted is unknown/, /^source: the work tree has changes$/],
    ],
    [
      'a required scenario that was skipped',
      { policy: { require: '  - scenario: rerun' } },
      [/^required scenarios: the scenario rerun was not run \(or skipped\)$/],
    ],
    [
      'a cell that was skipped',
      {
        runs: run((one) => Object.assign(one.provenance, { cells: ['', 'mb=50'] })),
      },
      [/^required scenarios: tiny\[mb=50\] was not run on embedded \(or skipped\)$/],
    ],
    [
      'cells that nobody knows',
      { runs: run((one) => Object.assign(one.provenance, { cells: [] })) },
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
      'a scenario of the right name from elsewhere',
      { runs: run((one) => Object.assign(one.provenance.scenarioFile, { path: '../weak-tiny.yaml' })) },
      [
        /^content: tiny is of the file \.\.\/weak-tiny\.yaml, outside of the project, not of scenarios\/tiny\.yaml; "file" of the requirement names another$/,
      ],
    ],
    [
      'a scenario of the right name in another folder of the commit',
      { runs: run((one) => Object.assign(one.provenance.scenarioFile, { path: 'test/tiny.yaml' })) },
      [/^content: tiny is of the file test\/tiny\.yaml not of scenarios\/tiny\.yaml/],
    ],
    [
      'a scenario that is not in the commit',
      { policy: { require: '    file: new.yaml' } },
      [/^content: tiny is of the file scenarios\/tiny\.yaml not of \S+new\.yaml$/],
    ],
    [
      'a scenario that was edited after the run',
      { files: { 'scenarios/tiny.yaml': 'name: tiny # stricter' } },
      [/^content: scenarios\/tiny\.yaml of tiny has the digest sha256:\S+; it ran as sha256:\S+$/],
    ],
    [
      'another project file',
      { files: { 'cosmicai.yaml': 'name: cosmicai\nbuckets: {}' } },
      [/^content: cosmicai\.yaml of tiny has the digest sha256:\S+; it ran as sha256:\S+$/],
    ],
    [
      'another project of the repository',
      { projectPath: 'services/orders/cosmicai.yaml' },
      [/^content: tiny ran in the project cosmicai\.yaml, not in services\/orders\/cosmicai\.yaml/],
    ],
    [
      'another pack',
      { runs: run((one) => Object.assign(one.provenance.project, { pack: 'none' })) },
      [/^content: tiny ran with the pack none, not redshift$/],
    ],
    [
      'a schema that was changed after the run',
      {
        runs: run((one) =>
          one.provenance.references.push({ path: 'scenarios/schema.json', sha256: '0'.repeat(64) }),
        ),
      },
      [/^content: scenarios\/schema\.json of tiny has the digest sha256:\S+; it ran as sha256:0{64}$/],
    ],
    [
      'mocked functions',
      {
        runs: run((one) =>
          Object.assign(one.provenance.mocks, { states: ['Summarize'], functions: ['summarize'] }),
        ),
      },
      [/^content: tiny mocks the states Summarize, so the functions summarize did not answer$/],
    ],
    [
      'mocks that only the record tells of',
      { runs: run(({ outcome }) => Object.assign(outcome.record, { mockedStates: ['Model Inference'] })) },
      [/^content: tiny mocks the states Model Inference$/],
    ],
    [
      'a scenario that is meant to fail',
      { runs: run((one) => one.provenance.expectedFailures.push('output')) },
      [/^content: tiny is meant to fail \(expectFailure: output\)$/],
    ],
    [
      'data in S3 that nothing pins',
      { runs: run((one) => Object.assign(one.provenance, { datasetKind: 's3' })) },
      [/^content: the dataset of tiny lies in S3 and is not pinned; .*: d{64}$/],
    ],
    [
      'data that was swapped',
      {
        runs: run((one) => Object.assign(one.provenance, { datasetKind: 's3' })),
        policy: { require: `    datasets: [${'e'.repeat(64)}]` },
      },
      [/^content: the dataset of tiny lies in S3 and is not pinned/],
    ],
    [
      'own data that is not in the commit',
      {
        runs: run((one) =>
          Object.assign(one.provenance, {
            datasetKind: 'files',
            references: [{ path: 'data/1.csv', sha256: '1'.repeat(64) }],
          }),
        ),
      },
      [/^content: data\/1\.csv of tiny is not in the commit/, /^content: the data of tiny is not pinned/],
    ],
    [
      'a dataset without a digest',
      { runs: run(({ outcome }) => delete outcome.record.dataset!.sha256) },
      [/^content: the dataset of tiny is not in the evidence$/],
    ],
    [
      'a soft check that failed',
      {
        runs: run(({ outcome }) =>
          outcome.verdicts.push({ ...unjudged, outcome: 'failed', soft: true, name: 'cost' }),
        ),
      },
      [/^required scenarios: "cost" of tiny failed on embedded, softly$/],
    ],
    [
      'the result FAILED',
      { statement: ({ predicate }) => Object.assign(predicate, { result: 'FAILED' }) },
      [/^consistency: its result is FAILED$/, /^consistency: its result is FAILED, and its runs say PASSED$/],
    ],
    [
      'the result WARNED without a warning',
      { statement: ({ predicate }) => Object.assign(predicate, { result: 'WARNED' }) },
      [/^consistency: its result is WARNED, and its runs say PASSED$/],
    ],
    [
      'no result',
      { statement: ({ predicate }) => Reflect.deleteProperty(predicate, 'result') },
      [/^signature: the statement is not understood: predicate\.result: /],
    ],
    [
      'lists of tests that do not agree with its runs',
      {
        statement: ({ predicate }) => Object.assign(predicate, { failedTests: ['tiny on embedded (wall)'] }),
      },
      [/^consistency: its list of failed tests does not agree with its runs$/],
    ],
    [
      'a subject twice',
      {
        statement: ({ subject }) =>
          void subject.push({ name: 'init.zip', digest: { sha256: '0'.repeat(64) } }),
      },
      [/^consistency: init\.zip is a subject twice$/],
    ],
    ['a run twice', { runs: [sampleRun(), sampleRun()] }, [/^consistency: the run tiny-1 is in it twice$/]],
    [
      'another version of the harness',
      { runs: run((one) => Object.assign(one.provenance, { harness: '0.0.9' })) },
      [/^consistency: tiny-1 ran with version 0\.0\.9 of the harness, and version 0\.1\.0 attests it$/],
    ],
    [
      'a run that ends in 2099',
      {
        statement: ({ predicate }) =>
          Object.assign(predicate[RUNS].runs[0]!, { endedAt: '2099-01-01T00:00:00Z' }),
      },
      [/^age: tiny ended at 2099-\S+, after it was attested at 2026-/],
    ],
    [
      'a run that ended before it started',
      {
        statement: ({ predicate }) =>
          Object.assign(predicate[RUNS].runs[0]!, { startedAt: '2026-11-24T11:59:00Z' }),
      },
      [/^age: tiny ended at \S+, before it started$/],
    ],
    [
      'a signature of the future',
      {
        statement: ({ predicate }) =>
          Object.assign(predicate[RUNS], { attestedAt: '2099-01-01T00:00:00+02:00' }),
      },
      [/^age: the evidence was signed in the future, at 2098-12-31T22:00:00\.000Z$/],
    ],
    [
      'a time that is no date',
      { statement: ({ predicate }) => Object.assign(predicate[RUNS], { attestedAt: 'yesterday' }) },
      [/^signature: the statement is not understood: .*attestedAt: it is no time of RFC 3339/],
    ],
    [
      'a time that RFC 3339 does not have',
      {
        statement: ({ predicate }) => Object.assign(predicate[RUNS], { attestedAt: '24 Nov 2026 11:00 UTC' }),
      },
      [/attestedAt: it is no time of RFC 3339/],
    ],
    [
      'a run outside of a repository',
      { runs: run((one) => delete one.provenance.source.commit) },
      [/^source: tiny ran outside of a git repository, not at a{40}$/],
    ],
    [
      'a manifest that was edited',
      {
        artifacts: {
          ...sampleArtifacts(),
          declared: {
            ...JSON.parse(JSON.stringify(manifestOf(sampleArtifacts()))),
            target: { platform: 'linux', arch: 'arm64' },
          },
        },
      },
      [/^digests: manifest\.json has the digest sha256:\S+; sha256:\S+ was attested$/],
    ],
    [
      'a package over 250 MB unzipped',
      { artifacts: large },
      [
        /^digests: manifest\.json has/,
        /^packages: init\.zip has 262144001 bytes unzipped; 262144000 are allowed$/,
      ],
    ],
    [
      "a package over the policy's own budget",
      { policy: { extra: 'sizeBudget: {init: {zip: 3 B}}' } },
      [/^packages: init\.zip has 4 bytes; 3 are allowed$/],
    ],
  ])('is refused for %s', async (_what, given, expected) => {
    const found = await reasons(given);
    expect(found).toHaveLength(expected.length);
    found.forEach((reason, index) => {
      expect(reason).toMatch(expected[index]!);
    });
  });

  it('of virtual time, unjudged checks and a dirty tree is accepted where the policy says so', async () => {
    const spoilt = run((one) => {
      one.outcome.record.clock = 'virtual';
      one.outcome.verdicts.push(unjudged);
      one.provenance.source.clean = false;
    });
    const policy = {
      evidence: '  cleanWorkTree: false',
      require: '    clock: any\n    mayBeUnjudged: [memory]',
    };
    expect(await reasons({ runs: spoilt, policy })).toEqual([]);
  });

  it('that is missing or no envelope is told with a remedy', () => {
    expect(() => readEvidence(join(folder, 'none.json'))).toThrowError(/the evidence \S+ is missing/);
  });

  it('is believed in nothing when its signature is not', async () => {
    const envelope = evidenceOf([sampleRun()]);
    const payload = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
    payload.predicate[RUNS].runs[0].backend.name = 'aws';
    const forged = { ...envelope, payload: Buffer.from(JSON.stringify(payload)).toString('base64') };
    const evidence = { kind: 'envelope', envelope: forged } as const;
    const verification = await verifyEvidence(evidence, loadPolicy(writePolicy(folder)), { nowMs: NOW_MS });
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
      'manifest.json',
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
