import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactSet } from '../../../harness/artifacts/build-artifacts.ts';
import { canonicalJson, sha256Base64 } from '../../../harness/artifacts/digest.ts';
import type { LambdaArtifact } from '../../../harness/artifacts/lambda-artifact.ts';
import type { JsonObject } from '../../../harness/core/json.ts';
import { type AttestedRun, attest } from '../../../harness/promotion/evidence/attest.ts';
import { IN_TOTO, signEnvelope } from '../../../harness/promotion/evidence/dsse.ts';
import type { RunRecord } from '../../../harness/record/run-record.ts';
import type { JudgedVerdict } from '../../../harness/scenario/outcome.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

export const COMMIT = 'a'.repeat(40);
export const NOW_MS = Date.UTC(2026, 10, 24, 12);
export const keys = generateKeyPairSync('ed25519');

const lambda = (name: LambdaArtifact['name'], content: string): LambdaArtifact => ({
  name,
  zipFile: `/nowhere/${name}.zip`,
  sha256: sha256Base64(content),
  sizeBytes: content.length,
  unzippedBytes: 100,
  entries: [],
  packages: [],
});

/** Artifacts that never were files; `salt` makes others. */
export function sampleArtifacts(salt = ''): ArtifactSet {
  // The placeholder is the definition's own.
  const definition: JsonObject = {
    StartAt: 'A',
    States: { A: { Type: 'Task', Resource: ['$', '{InitFunctionArn}'].join(''), End: true } },
  };
  return {
    target: { platform: 'linux', arch: 'x64' },
    lambdas: {
      init: lambda('init', `init${salt}`),
      inference: lambda('inference', `inference${salt}`),
      summarize: lambda('summarize', `summarize${salt}`),
    },
    stateMachine: { definition, sha256: sha256Base64(canonicalJson(definition)), sizeBytes: 10 },
    model: { files: [], sha256: sha256Base64('model'), sizeBytes: 5 },
  };
}

const VERDICT: JudgedVerdict = { name: 'status', outcome: 'passed', expected: '', actual: '', path: [] };

/** A run of the scenario `tiny` that passed an hour ago; `change` spoils it. */
export function sampleRun(
  change: (run: AttestedRun) => void = () => {},
  artifacts = sampleArtifacts(),
): AttestedRun {
  const { record } = sampleEvidence();
  const run: AttestedRun = {
    outcome: {
      scenario: 'tiny',
      file: 'scenarios/tiny.yaml',
      cell: {},
      runId: 'tiny-1',
      runFolder: '.',
      record: {
        ...record,
        startedAtMs: NOW_MS - 3_660_000,
        endedAtMs: NOW_MS - 3_600_000,
        artifacts: recordsOf(artifacts),
      },
      verdicts: [VERDICT],
      passed: true,
      stagesMs: {},
    },
    source: { commit: COMMIT, clean: true, changed: [] },
    scenario: { sha256: '0'.repeat(64), cells: [''] },
  };
  change(run);
  return run;
}

function recordsOf({ lambdas, stateMachine, model }: ArtifactSet): RunRecord['artifacts'] {
  return [
    ...Object.values(lambdas).map(({ name, sha256, sizeBytes }) => ({
      name,
      kind: 'lambda-zip' as const,
      sha256,
      sizeBytes,
    })),
    { name: 'pipeline', kind: 'state-machine', sha256: stateMachine.sha256, sizeBytes: 1 },
    { name: 'model', kind: 'model', sha256: model.sha256, sizeBytes: 1 },
  ];
}

export const stateOf = (runs: readonly AttestedRun[], artifacts = sampleArtifacts()) =>
  attest(runs, {
    artifacts,
    toolVersion: '0.1.0',
    attestedAtMs: NOW_MS - 3_500_000,
    configuration: {},
  });

/** Signed evidence of these runs. */
export const evidenceOf = (
  runs: readonly AttestedRun[],
  key = keys.privateKey,
  artifacts = sampleArtifacts(),
) => signEnvelope(IN_TOTO, JSON.stringify(stateOf(runs, artifacts)), key);

/** A policy file in `folder` that asks for the scenario `tiny`; `extra` follows `require`. */
export function writePolicy(folder: string, { evidence = '', require = '', extra = '' } = {}): string {
  writeFileSync(join(folder, 'ci.pub'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
  const file = join(folder, 'promotion.yaml');
  writeFileSync(
    file,
    `apiVersion: cosmicai/v1
kind: PromotionPolicy
evidence:
  signers: [{ name: ci, publicKey: ci.pub }]
${evidence}
require:
  - scenario: tiny
${require}
${extra}
`,
  );
  return file;
}
