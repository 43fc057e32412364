import { createHash } from 'node:crypto';
import { canonicalJson } from '../artifacts/digest.ts';
import type { Json } from '../core/json.ts';
import type { Policy } from './policy.ts';

/** A file that a policy names, by content. */
export interface NamedContent {
  name: string;
  /** Hexadecimal. */
  sha256: string;
}

/**
 * SHA-256, hexadecimal, of all that a policy says: its fields, as the file has them and with their defaults, the keys
 * and trusted roots of its signers, and the smoke scenarios of the environment with what they compare with.
 */
export function policySha256(policy: Policy, smoke: readonly NamedContent[]): string {
  const { value, evidence, require, thresholds, sizeBudget, environments } = policy;
  const all = { value, evidence, require, thresholds, sizeBudget, environments, smoke };
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(all)) as Json))
    .digest('hex');
}
