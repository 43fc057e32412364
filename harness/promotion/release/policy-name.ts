import { createHash } from 'node:crypto';
import { canonicalJson } from '../../artifacts/digest.ts';
import type { RoleResource } from '../../deploy/resource.ts';

/**
 * Name of a role's inline policy: its content is in it. While two releases serve, both have their policies on the
 * role; what the older one needs is taken away only after it has stopped serving.
 */
export function policyName({ name, policy }: RoleResource): string {
  const digest = createHash('sha256').update(canonicalJson(policy)).digest('hex');
  return `${name}-${digest.slice(0, 12)}`;
}
