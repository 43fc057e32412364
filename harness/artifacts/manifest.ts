/** What a build made, as one document without machine paths: equal builds have equal manifests. */
import { z } from 'zod';
import { placeholdersIn } from '../project/placeholders.ts';
import type { ArtifactSet } from './build-artifacts.ts';
import { LAMBDA_NAMES } from './bundle.ts';

const digested = z.object({ sha256: z.string(), sizeBytes: z.number() });
const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  sha512: z.string().optional(),
});

export const manifestSchema = z.object({
  target: z.object({ platform: z.string(), arch: z.string() }),
  lambdas: z.array(
    z.object({
      name: z.enum(LAMBDA_NAMES),
      /** Base64 SHA-256 of the zip. */
      codeSha256: z.string(),
      sizeBytes: z.number(),
      unzippedBytes: z.number(),
      entries: z.array(z.object({ name: z.string(), sizeBytes: z.number() })),
      packages: z.array(packageSchema),
    }),
  ),
  /** Digest of the canonical text, placeholders included; their names. */
  stateMachine: digested.extend({ placeholders: z.array(z.string()) }),
  model: z.array(digested.extend({ name: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

export function manifestOf({ target, lambdas, stateMachine, model }: ArtifactSet): Manifest {
  const names = placeholdersIn(stateMachine.definition).map(({ name }) => name);
  return {
    target: { ...target },
    lambdas: LAMBDA_NAMES.map((name) => {
      const { sha256, sizeBytes, unzippedBytes, entries, packages } = lambdas[name];
      return {
        name,
        codeSha256: sha256,
        sizeBytes,
        unzippedBytes,
        // In the order in which they stand in the zip.
        entries: [...entries].sort((a, b) => (a.name < b.name ? -1 : 1)).map((entry) => ({ ...entry })),
        packages: packages.map((one) => ({ ...one })),
      };
    }),
    stateMachine: {
      sha256: stateMachine.sha256,
      sizeBytes: stateMachine.sizeBytes,
      placeholders: [...new Set(names)].sort(),
    },
    model: model.files.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 })),
  };
}

/** What is different between two builds, one sentence each; empty for equal ones. */
export function compareManifests(before: Manifest, after: Manifest): string[] {
  return [
    ...(before.target.platform === after.target.platform && before.target.arch === after.target.arch
      ? []
      : [`target ${targetOf(before)} -> ${targetOf(after)}`]),
    ...after.lambdas.flatMap((one) => compareLambda(before.lambdas.find(sameName(one)), one)),
    ...before.lambdas
      .filter((one) => !after.lambdas.some(sameName(one)))
      .map(({ name }) => `${name} is gone`),
    ...(before.stateMachine.sha256 === after.stateMachine.sha256
      ? []
      : [
          `state machine ${short(before.stateMachine.sha256)} -> ${short(after.stateMachine.sha256)}${namesChanged(
            before.stateMachine.placeholders,
            after.stateMachine.placeholders,
          )}`,
        ]),
    ...after.model.flatMap((file) => {
      const old = before.model.find(sameName(file));
      if (!old) return [`model file ${file.name} is new, ${file.sizeBytes} bytes`];
      return old.sha256 === file.sha256
        ? []
        : [`model file ${file.name} ${short(old.sha256)} -> ${short(file.sha256)}${growth(old, file)}`];
    }),
    ...before.model
      .filter((file) => !after.model.some(sameName(file)))
      .map(({ name }) => `model file ${name} is gone`),
  ];
}

type LambdaEntry = Manifest['lambdas'][number];

function compareLambda(before: LambdaEntry | undefined, after: LambdaEntry): string[] {
  const { name } = after;
  if (!before) return [`${name} is new, ${after.sizeBytes} bytes`];
  if (before.codeSha256 === after.codeSha256) return [];
  const versions = (one: LambdaEntry) => {
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

const sameName = (one: { name: string }) => (other: { name: string }) => one.name === other.name;
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
