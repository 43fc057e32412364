/**
 * A byte changed anywhere in evidence, plan, policy or artifacts is refused, unless the document still says the same.
 * Seeded, 1,000 edits in all.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readArtifactFolder, writeArtifactFolder } from '../../harness/artifacts/artifact-folder.ts';
import type { ArtifactSet } from '../../harness/artifacts/build-artifacts.ts';
import { canonicalJson, sha256Base64 } from '../../harness/artifacts/digest.ts';
import { renderZip } from '../../harness/artifacts/zip.ts';
import type { Json } from '../../harness/core/json.ts';
import { parseEvidence } from '../../harness/promotion/evidence/dsse.ts';
import type { PromotionPlan } from '../../harness/promotion/plan/plan.ts';
import { requireSamePlan, savedPlan } from '../../harness/promotion/plan/saved-plan.ts';
import { loadPolicy } from '../../harness/promotion/policy.ts';
import { policySha256 } from '../../harness/promotion/policy-digest.ts';
import { sha256Hex } from '../../harness/promotion/release/store.ts';
import { accepted, verifyEvidence } from '../../harness/promotion/verify/index.ts';
import {
  COMMIT,
  evidenceOf,
  filesOf,
  keys,
  NOW_MS,
  sampleArtifacts,
  sampleRun,
  writePolicy,
} from '../unit/promotion/sample-evidence.ts';

const SEED = 20_261_201;
const RUNS_EACH = 250;

let folder: string;
let artifacts: ArtifactSet;
let evidenceText: string;
let policyFile: string;
let planText: string;

const source = { commit: COMMIT, clean: true, changed: [] };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'edits-'));
  policyFile = writePolicy(folder, {
    evidence: '  maximumAge: 24 h',
    extra: `thresholds: {p95(inference.duration): {lt: 5 s}}
environments:
  prod: { account: "123456789012", region: us-east-1, prefix: live, smoke: [tiny.yaml], canary: [10] }`,
  });
  artifacts = realArtifacts();
  writeArtifactFolder(join(folder, 'artifacts'), artifacts, { name: 'cosmicai', version: '0.1.0' });
  const envelope = evidenceOf([sampleRun(() => {}, artifacts)], keys.privateKey, artifacts);
  evidenceText = JSON.stringify(envelope);
  planText = `${JSON.stringify(savedPlan(planUnder(policyFile, evidenceText), NOW_MS), null, 2)}\n`;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Artifacts that are files. */
function realArtifacts(): ArtifactSet {
  const sample = sampleArtifacts();
  const functions = Object.values(sample.functions).map((one) => {
    const script = Buffer.from(`exports.handler = async (event) => '${one.name}';`);
    const zip = renderZip([{ name: 'index.js', bytes: script }]);
    const zipFile = join(folder, `${one.name}.zip`);
    writeFileSync(zipFile, zip);
    const entries = [{ name: 'index.js', sizeBytes: script.length }];
    const sizes = { sizeBytes: zip.length, unzippedBytes: script.length };
    return [one.name, { ...one, zipFile, sha256: sha256Base64(zip), entries, ...sizes }];
  });
  const file = join(folder, 'model.onnx');
  writeFileSync(file, 'model');
  const stateMachines = Object.entries(sample.stateMachines).map(([name, machine]) => [
    name,
    { ...machine, sizeBytes: Buffer.byteLength(canonicalJson(machine.definition)) },
  ]);
  return {
    ...sample,
    functions: Object.fromEntries(functions),
    stateMachines: Object.fromEntries(stateMachines),
    objects: sample.objects.map((one) => ({ ...one, file })),
  };
}

/** As much of a plan as is kept in a file. */
const planUnder = (file: string, evidence: string) =>
  ({
    environment: 'prod',
    blueprint: { release: 'r0123456789ab', account: { accountId: '123456789012', region: 'us-east-1' } },
    evidence: { sha256: sha256Hex(evidence) },
    policySha256: policySha256(loadPolicy(file), []),
    fingerprint: 'state of the account',
  }) as unknown as PromotionPlan;

const isVerified = async (text: string, artifactSet: ArtifactSet) =>
  accepted(
    await verifyEvidence(parseEvidence(text, 'evidence.json'), loadPolicy(policyFile), {
      artifacts: artifactSet,
      source,
      files: filesOf(),
      projectPath: 'cosmicai.yaml',
      nowMs: NOW_MS,
    }),
  );

/** One byte replaced, taken out or put in. */
const edit = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('replace', 'flip', 'remove', 'insert'),
  byte: fc.oneof(fc.nat(255), fc.integer({ min: 32, max: 126 })),
});

function edited(bytes: Uint8Array, { at, kind, byte }: { at: number; kind: string; byte: number }): Buffer {
  const index = at % bytes.length;
  const [before, after] = [bytes.subarray(0, index), bytes.subarray(index + 1)];
  const old = bytes[index]!;
  if (kind === 'remove') return Buffer.concat([before, after]);
  if (kind === 'insert') return Buffer.concat([before, Buffer.of(byte, old), after]);
  return Buffer.concat([before, Buffer.of(kind === 'flip' ? old ^ (1 << (byte % 8)) : byte), after]);
}

const isSame = (read: (text: string) => unknown, before: Uint8Array, after: Uint8Array): boolean => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return (
      canonicalJson(read(decoder.decode(before)) as Json) ===
      canonicalJson(read(decoder.decode(after)) as Json)
    );
  } catch {
    return Buffer.from(before).equals(after);
  }
};

/** Whether the work ends with true; an error is a refusal. */
async function succeeds(work: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch {
    return false;
  }
}

async function check(
  bytesOf: (pick: number) => { bytes: Buffer; accept(changed: Buffer): Promise<boolean> },
) {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(edit, fc.nat(), async (change, pick) => {
      const { bytes, accept } = bytesOf(pick);
      if (!(await accept(edited(bytes, change)))) refused++;
    }),
    { seed: SEED, numRuns: RUNS_EACH },
  );
  // The test itself can fail: nearly all edits change what is said.
  expect(refused).toBeGreaterThan(RUNS_EACH / 2);
}

describe('a changed byte', () => {
  it('is not there at first', async () => {
    expect(await isVerified(evidenceText, readArtifactFolder(join(folder, 'artifacts')))).toBe(true);
    expect(() => requireSamePlan(planText, 'plan.json', planUnder(policyFile, evidenceText))).not.toThrow();
  });

  it('of evidence is refused', async () => {
    const bytes = Buffer.from(evidenceText);
    await check(() => ({
      bytes,
      async accept(changed) {
        const passed = await succeeds(() => isVerified(changed.toString('utf8'), artifacts));
        if (passed) expect(isSame(JSON.parse, bytes, changed), changed.toString()).toBe(true);
        return passed;
      },
    }));
  });

  it('of a plan is refused', async () => {
    const bytes = Buffer.from(planText);
    const now = planUnder(policyFile, evidenceText);
    await check(() => ({
      bytes,
      async accept(changed) {
        const passed = await succeeds(() => {
          requireSamePlan(changed.toString('utf8'), 'plan.json', now);
          return true;
        });
        if (passed) expect(isSame(JSON.parse, bytes, changed), changed.toString()).toBe(true);
        return passed;
      },
    }));
  });

  it('of the policy makes the plan stale', async () => {
    const bytes = readFileSync(policyFile);
    const copy = join(folder, 'edited.yaml');
    await check(() => ({
      bytes,
      async accept(changed) {
        writeFileSync(copy, changed);
        const passed = await succeeds(() => {
          requireSamePlan(planText, 'plan.json', planUnder(copy, evidenceText));
          return true;
        });
        if (passed) expect(isSame(parse, bytes, changed), changed.toString()).toBe(true);
        return passed;
      },
    }));
  });

  it('of artifacts is refused', async () => {
    const place = join(folder, 'artifacts');
    const names = readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    expect(names).toHaveLength(9);
    await check((pick) => {
      const file = names[pick % names.length]!;
      const bytes = readFileSync(file);
      return {
        bytes,
        async accept(changed) {
          writeFileSync(file, changed);
          try {
            const passed = await succeeds(() => isVerified(evidenceText, readArtifactFolder(place)));
            if (passed) expect(isSame(JSON.parse, bytes, changed), `${file} ${changed}`).toBe(true);
            return passed;
          } finally {
            writeFileSync(file, bytes);
          }
        },
      };
    });
  });
});
