/**
 * Resource policies of functions, versions and aliases. A change of a policy is a change of what it is attached
 * to: the revision of the policy is the revision of the function, version or alias.
 */
import { functionNotFound, invalidParameter, resourceDoesNotExist } from './errors.ts';
import { type FunctionReference, functionArn, isAliasName } from './function-name.ts';
import type { FunctionAlias, FunctionVersion, LambdaFunction } from './store/entities.ts';
import type { FunctionStore } from './store/function-store.ts';

/** What a policy is attached to. @throws AwsError ResourceNotFoundException */
export function policyHolder(
  store: FunctionStore,
  env: { region: string; accountId: string },
  found: LambdaFunction,
  { qualifier }: FunctionReference,
): FunctionVersion | FunctionAlias {
  if (qualifier === undefined) return found.latest;
  if (isAliasName(qualifier)) return store.alias(found, qualifier);
  const version = found.published.find((candidate) => candidate.version === qualifier);
  if (!version) throw functionNotFound(functionArn(env, found.name, qualifier));
  return version;
}

/** @throws AwsError InvalidParameterValueException */
export function refuseLatest({ qualifier }: FunctionReference): void {
  if (qualifier === '$LATEST')
    throw invalidParameter('We currently do not support adding policies for $LATEST.');
}

/** The revision of a policy; of one that is not there AWS says no more than that. */
export function policyRevision(found: LambdaFunction, qualifier: string | undefined): string {
  if (qualifier === undefined) return found.latest.revisionId;
  const holder =
    found.aliases[qualifier] ?? found.published.find((candidate) => candidate.version === qualifier);
  if (!holder) throw resourceDoesNotExist();
  return holder.revisionId;
}
