/**
 * The policies of AWS's own, from a data file that is read when the first of them is asked for.
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { lazily } from '../../../../core/lazily.ts';
import { packageRoot } from '../../../../core/package-root.ts';
import type { ManagedPolicy } from './entities.ts';

/** Written by generate-aws-managed-policies.py: a header, then a line of JSON for each policy. */
const FILE = 'harness/emulator/services/iam/store/aws-managed-policies.ndjson.br';
const PREFIX = 'arn:aws:iam::aws:policy/';
const ID_CHARACTERS = 17;

type Row = readonly [
  name: string,
  path: string,
  version: string,
  createdSeconds: number,
  updatedSeconds: number,
  document: object,
];

/** Lines by name. Most are never parsed. */
const lines = lazily((): ReadonlyMap<string, string> => {
  const text = brotliDecompressSync(readFileSync(join(packageRoot(), FILE))).toString('utf8');
  const rows = text.slice(text.indexOf('\n') + 1).split('\n');
  return new Map(rows.map((row) => [row.slice(2, row.indexOf('"', 2)), row]));
});

const policies = new Map<string, ManagedPolicy>();

/** A policy of AWS's own; undefined when there is none of that ARN. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  if (!arn.startsWith(PREFIX)) return undefined;
  const policy = policyOf(arn.slice(arn.lastIndexOf('/') + 1));
  return policy?.arn === arn ? policy : undefined;
}

/** Every policy of AWS's own. */
export const awsManagedPolicies = (): ManagedPolicy[] => [...lines().keys()].map((name) => policyOf(name)!);

function policyOf(name: string): ManagedPolicy | undefined {
  const known = policies.get(name);
  if (known) return known;
  const line = lines().get(name);
  if (line === undefined) return undefined;
  const [, path, version, createdSeconds, updatedSeconds, document] = JSON.parse(line) as Row;
  const policy: ManagedPolicy = {
    name,
    path,
    id: `ANPA${idOf(name)}`,
    arn: `arn:aws:iam::aws:policy${path}${name}`,
    createdMs: createdSeconds * 1000,
    updatedMs: updatedSeconds * 1000,
    tags: {},
    // The data has the default version alone.
    versions: [{ id: version, document: JSON.stringify(document), createdMs: updatedSeconds * 1000 }],
    defaultVersionId: version,
  };
  policies.set(name, policy);
  return policy;
}

/** An id that is the same for every account, as AWS's; the data has none. */
function idOf(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, ID_CHARACTERS);
  return Array.from(bytes, (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31]).join('');
}
