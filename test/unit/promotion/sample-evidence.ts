import { createHash, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactSet } from '../../../harness/artifacts/build-artifacts.ts';
import type { CodeArtifact } from '../../../harness/artifacts/code-artifact.ts';
import { canonicalJson, sha256Base64 } from '../../../harness/artifacts/digest.ts';
import type { JsonObject } from '../../../harness/core/json.ts';
import { type AttestedRun, attest } from '../../../harness/promotion/evidence/attest.ts';
import { IN_TOTO, signEnvelope } from '../../../harness/promotion/evidence/dsse.ts';
import { type FileLookup, yamlSha256 } from '../../../harness/promotion/evidence/source-files.ts';
import { artifactRecords } from '../../../harness/scenario/deployment.ts';
import type { JudgedVerdict } from '../../../harness/scenario/outcome.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

export const COMMIT = 'a'.repeat(40);
/** What the promoted sources hold, by path. */
const FILES: Readonly<Record<string, string>> = {
  'scenarios/tiny.yaml': 'name: tiny\n',
  'cosmicai.yaml': 'name: cosmicai\n',
  'scenarios/schema.json': '{}',
};
/** Contents of the promoted sources; `changed` replaces some. */
export const filesOf =
  (changed: Readonly<Record<string, string>> = {}): FileLookup =>
  (path) => {
    const text = { ...FILES, ...changed }[path];
    if (text === undefined) return { problem: `is not in the commit ${COMMIT}` };
    return { sha256: createHash('sha256').update(text).digest('hex'), text };
  };
/** Digest of the sample run's dataset. */
const DATASET = 'd'.repeat(64);
export const NOW_MS = Date.UTC(2026, 10, 24, 12);
export const keys = generateKeyPairSync('ed25519');

const code = (name: string, content: string): CodeArtifact => ({
  name,
  zipFile: `/nowhere/${name}.zip`,
  sha256: sha256Base64(content),
  sizeBytes: content.length,
  unzippedBytes: 100,
  entries: [],
  packages: [],
  actions: [],
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
    functions: {
      init: code('init', `init${salt}`),
      inference: code('inference', `inference${salt}`),
      summarize: code('summarize', `summarize${salt}`),
    },
    layers: {},
    stateMachines: {
      pipeline: {
        name: 'pipeline',
        definition,
        sha256: sha256Base64(canonicalJson(definition)),
        sizeBytes: 10,
      },
    },
    objects: [
      {
        bucket: 'work',
        prefix: 'model/',
        name: 'model.onnx',
        file: '/nowhere/model.onnx',
        sha256: sha256Base64('model'),
        sizeBytes: 5,
      },
    ],
  };
}

const VERDICT: JudgedVerdict = { name: 'status', outcome: 'passed', expected: '', actual: '', path: [] };

/** A run of the scenario `tiny` that passed an hour ago; `change` spoils it. */
export function sampleRun(
  change: (run: AttestedRun) => void = () => {},
  artifacts = sampleArtifacts(),
): AttestedRun {
  // The sample artifacts have a definition of their own.
  const { record } = sampleEvidence(({ executions }) => {
    for (const execution of executions) delete execution.definition;
  });
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
        artifacts: artifactRecords(artifacts),
        dataset: { ...record.dataset!, sha256: DATASET },
      },
      verdicts: [VERDICT],
      passed: true,
      stagesMs: {},
    },
    provenance: {
      harness: '0.1.0',
      source: { commit: COMMIT, clean: true, changed: [] },
      scenarioFile: { path: 'scenarios/tiny.yaml', sha256: yamlSha256(FILES['scenarios/tiny.yaml']!) },
      cells: [''],
      project: {
        name: 'cosmicai',
        pack: 'redshift',
        path: 'cosmicai.yaml',
        sha256: yamlSha256(FILES['cosmicai.yaml']!),
      },
      references: [],
      datasetKind: 'generated',
      mocks: { states: [], functions: [] },
      faults: [],
      iam: 'off',
      expectedFailures: [],
      referencesChanged: false,
    },
  };
  change(run);
  return run;
}

export const stateOf = (runs: readonly AttestedRun[], artifacts = sampleArtifacts()) =>
  attest(runs, {
    artifacts,
    toolVersion: '0.1.0',
    attestedAtMs: Math.max(...runs.map(({ outcome }) => outcome.record.endedAtMs)) + 100_000,
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
