import type { JsonObject } from '../core/json.ts';
import type { Account } from './deployment-spec.ts';

export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource: string[] | string;
  Condition?: JsonObject;
}

/**
 * Stands where a role needs no rights, as IAM takes no document without statements: everybody may do this, whatever
 * policies say. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
const NO_RIGHTS: Statement = {
  Sid: 'NoRights',
  Effect: 'Allow',
  Action: ['sts:GetCallerIdentity'],
  Resource: '*',
};

export const policyDocument = (statements: readonly Statement[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: (statements.length > 0 ? statements : [NO_RIGHTS]).map((one) => ({ ...one }) as JsonObject),
});

/** Lets one AWS service take the role, on behalf of this account only. */
export function trustPolicy(service: string, { accountId }: Account): JsonObject {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...(service === 'states.amazonaws.com'
          ? { Condition: { StringEquals: { 'aws:SourceAccount': accountId } } }
          : {}),
      },
    ],
  };
}

/** The policy with actions denied on purpose: a Deny goes before every Allow. */
export function denying(policy: JsonObject, actions: readonly string[] = []): JsonObject {
  if (actions.length === 0) return policy;
  const denied = { Sid: 'DeniedOnPurpose', Effect: 'Deny', Action: [...actions], Resource: '*' };
  const present = policy['Statement'];
  return { ...policy, Statement: [...(Array.isArray(present) ? present : [present!]), denied] };
}
