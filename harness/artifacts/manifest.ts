/** What a build made, as one document without machine paths: equal builds have equal manifests. */
import { z } from 'zod';
import { placeholdersIn } from '../project/placeholders.ts';
import type { ArtifactSet } from './build-artifacts.ts';
import type { CodeArtifact } from './code-artifact.ts';

/** Name of the manifest in a folder of artifacts. */
export const MANIFEST = 'manifest.json';

const packageSchema = z.strictObject({
  ecosystem: z.enum(['npm', 'pypi']),
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  sha512: z.string().optional(),
});

const codeSchema = z.strictObject({
  name: z.string(),
  /** Base64 SHA-256 of the zip. */
  codeSha256: z.string(),
  sizeBytes: z.number(),
  unzippedBytes: z.number(),
  entries: z.array(z.strictObject({ name: z.string(), sizeBytes: z.number() })),
  packages: z.array(packageSchema),
  actions: z.array(z.string()),
});

export const manifestSchema = z.strictObject({
  target: z.strictObject({ platform: z.string(), arch: z.string() }),
  functions: z.array(codeSchema),
  layers: z.array(codeSchema),
  /** Digest of the canonical text, placeholders included; their names. */
  stateMachines: z.array(
    z.strictObject({
      name: z.string(),
      sha256: z.string(),
      sizeBytes: z.number(),
      placeholders: z.array(z.string()),
    }),
  ),
  objects: z.array(
    z.strictObject({
      bucket: z.string(),
      prefix: z.string(),
      name: z.string(),
      sha256: z.string(),
      sizeBytes: z.number(),
    }),
  ),
});
export type Manifest = z.infer<typeof manifestSchema>;
type CodeEntry = Manifest['functions'][number];
type MachineEntry = Manifest['stateMachines'][number];
type ObjectEntry = Manifest['objects'][number];

export function manifestOf({ target, functions, layers, stateMachines, objects }: ArtifactSet): Manifest {
  return {
    target: { ...target },
    functions: Object.values(functions).map(codeEntry),
    layers: Object.values(layers).map(codeEntry),
    stateMachines: Object.values(stateMachines).map(({ name, definition, sha256, sizeBytes }) => ({
      name,
      sha256,
      sizeBytes,
      placeholders: [...new Set(placeholdersIn(definition).map((one) => one.name))].sort(),
    })),
    objects: objects.map(({ bucket, prefix, name, sha256, sizeBytes }) => ({
      bucket,
      prefix,
      name,
      sha256,
      sizeBytes,
    })),
  };
}

function codeEntry({
  name,
  sha256,
  sizeBytes,
  unzippedBytes,
  entries,
  packages,
  actions,
}: CodeArtifact): CodeEntry {
  return {
    name,
    codeSha256: sha256,
    sizeBytes,
    unzippedBytes,
    // In the order in which they stand in the zip.
    entries: [...entries].sort((a, b) => (a.name < b.name ? -1 : 1)).map((entry) => ({ ...entry })),
    packages: packages.map((one) => ({ ...one })),
    actions: [...actions],
  };
}

/** What is different between two builds, one sentence each; empty for equal ones. */
export function compareManifests(before: Manifest, after: Manifest): string[] {
  const sameTarget =
    before.target.platform === after.target.platform && before.target.arch === after.target.arch;
  return [
    ...(sameTarget ? [] : [`target ${targetOf(before)} -> ${targetOf(after)}`]),
    ...compareNamed(before.functions, after.functions, (one) => one.name, compareCode),
    ...compareNamed(before.layers, after.layers, (one) => `layer ${one.name}`, compareCode),
    ...compareNamed(
      before.stateMachines,
      after.stateMachines,
      (one) => `state machine ${one.name}`,
      compareMachine,
    ),
    ...compareNamed(before.objects, after.objects, (one) => `object ${objectName(one)}`, compareObject),
  ];
}

/** `s3://bucket/key` of a file that a deployment puts there. */
export const objectName = ({
  bucket,
  prefix,
  name,
}: Pick<ObjectEntry, 'bucket' | 'prefix' | 'name'>): string => `s3://${bucket}/${prefix}${name}`;

function compareNamed<Entry extends { sizeBytes: number }>(
  before: readonly Entry[],
  after: readonly Entry[],
  nameOf: (one: Entry) => string,
  compare: (name: string, before: Entry, after: Entry) => string[],
): string[] {
  const old = new Map(before.map((one) => [nameOf(one), one]));
  const now = new Set(after.map(nameOf));
  return [
    ...after.flatMap((one) => {
      const was = old.get(nameOf(one));
      return was === undefined
        ? [`${nameOf(one)} is new, ${one.sizeBytes} bytes`]
        : compare(nameOf(one), was, one);
    }),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `${name} is gone`),
  ];
}

function compareCode(name: string, before: CodeEntry, after: CodeEntry): string[] {
  if (before.codeSha256 === after.codeSha256) return [];
  const versions = (one: CodeEntry) => {
    const all = new Map<string, string>();
    for (const { name: key, version } of one.packages) {
      all.set(key, all.has(key) ? `${all.get(key)}, ${version}` : version);
    }
    return all;
  };
  const [old, now] = [versions(before), versions(after)];
  return [
    `${name} ${short(before.codeSha256)} -> ${short(after.codeSha256)}${growth(before, after)}`,
    ...[...now].filter(([key]) => !old.has(key)).map(([key, version]) => `${name}: + ${key} ${version}`),
    ...[...old].filter(([key]) => !now.has(key)).map(([key, version]) => `${name}: - ${key} ${version}`),
    ...[...now].flatMap(([key, version]) => {
      const was = old.get(key);
      return was === undefined || was === version ? [] : [`${name}: ${key} ${was} -> ${version}`];
    }),
  ];
}

function compareMachine(name: string, before: MachineEntry, after: MachineEntry): string[] {
  if (before.sha256 === after.sha256) return [];
  return [
    `${name} ${short(before.sha256)} -> ${short(after.sha256)}${namesChanged(before.placeholders, after.placeholders)}`,
  ];
}

function compareObject(name: string, before: ObjectEntry, after: ObjectEntry): string[] {
  if (before.sha256 === after.sha256) return [];
  return [`${name} ${short(before.sha256)} -> ${short(after.sha256)}${growth(before, after)}`];
}

const targetOf = ({ target }: Manifest) => `${target.platform}-${target.arch}`;
const short = (sha256: string) => sha256.slice(0, 12);

function growth(before: { sizeBytes: number }, after: { sizeBytes: number }): string {
  const difference = after.sizeBytes - before.sizeBytes;
  return `, ${difference < 0 ? '-' : '+'}${Math.abs(difference)} bytes`;
}

function namesChanged(before: readonly string[], after: readonly string[]): string {
  const added = after.filter((name) => !before.includes(name)).map((name) => `+\${${name}}`);
  const gone = before.filter((name) => !after.includes(name)).map((name) => `-\${${name}}`);
  const all = [...added, ...gone];
  return all.length === 0 ? '' : `, placeholders ${all.join(' ')}`;
}
