/**
 * Provisioned concurrency: environments of a version, started ahead of the calls and kept.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */

import { AwsError } from '../../../core/errors.ts';
import type { AwsLimits } from '../../../core/limits.ts';
import type { ServiceEnvironment } from '../ports.ts';
import { functionNotFound, invalidParameter, resourceConflict } from './errors.ts';
import { type FunctionReference, functionArn, isAliasName } from './function-name.ts';
import type { SandboxPool } from './runtime/sandbox-pool.ts';
import { lastModified } from './shapes.ts';
import { type FunctionVersion, type LambdaFunction, own, type ProvisionedConfig } from './store/entities.ts';
import type { FunctionStore } from './store/function-store.ts';

/** AWS keeps this many executions for functions without a reservation, of a new account all of them. */
export const minUnreserved = ({ lambdaConcurrentExecutions: all }: AwsLimits): number => Math.min(100, all);

export const noProvisionedConfig = () =>
  new AwsError(
    'ProvisionedConcurrencyConfigNotFoundException',
    'No Provisioned Concurrency Config found for this function',
    404,
    { details: { Type: 'User' } },
  );

/** The function, and the version or alias it is about. @throws AwsError ResourceNotFoundException */
export function provisionedTarget(
  env: ServiceEnvironment,
  store: FunctionStore,
  { name, qualifier = '' }: FunctionReference,
): { found: LambdaFunction; qualifier: string; version: FunctionVersion } {
  const found = store.find(name);
  const number = isAliasName(qualifier) ? found && store.alias(found, qualifier).functionVersion : qualifier;
  const version = found?.published.find((candidate) => candidate.version === number);
  if (found && version) return { found, qualifier, version };
  if (!found && isAliasName(qualifier)) store.alias({ name, aliases: {} }, qualifier);
  throw functionNotFound(functionArn(env, name, qualifier));
}

/** @throws AwsError InvalidParameterValueException, ResourceConflictException */
export function checkProvisioned(
  env: ServiceEnvironment,
  store: FunctionStore,
  { found, qualifier, version }: ReturnType<typeof provisionedTarget>,
  executions: number,
): void {
  const others = Object.entries(found.provisioned ?? {})
    .filter(([other]) => other !== qualifier)
    .reduce((sum, [, config]) => sum + config.executions, 0);
  const { reservedConcurrency } = found;
  if (reservedConcurrency !== undefined && others + executions > reservedConcurrency) {
    throw invalidParameter(
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    );
  }
  const limit = env.limits.lambdaConcurrentExecutions;
  const least = limit - claimedExcept(store, found, qualifier) - executions;
  if (executions > limit) {
    throw invalidParameter(
      `Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${limit}].`,
    );
  }
  const minimum = minUnreserved(env.limits);
  if (least < minimum) {
    throw invalidParameter(
      `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
    );
  }
  if (isAliasName(qualifier) && found.provisioned?.[version.version]) {
    throw resourceConflict(
      "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
    );
  }
  const pointing = Object.entries(found.aliases).some(
    ([name, alias]) => alias.functionVersion === qualifier && found.provisioned?.[name],
  );
  if (pointing) throw resourceConflict('Version is pointed by a Provisioned Concurrency alias');
}

/** Executions that a function has to itself: provisioned ones are part of a reservation, where there is one. */
export const claimedBy = (found: LambdaFunction): number => found.reservedConcurrency ?? provisionedBy(found);

/** Executions provisioned for one version of a function, by itself or by its aliases, or for all together. */
export function provisionedBy(found: LambdaFunction | undefined, version?: string): number {
  let sum = 0;
  for (const [qualifier, { executions }] of Object.entries(found?.provisioned ?? {})) {
    const provided = own(found?.aliases, qualifier)?.functionVersion ?? qualifier;
    if (version === undefined || provided === version) sum += executions;
  }
  return sum;
}

function claimedExcept(store: FunctionStore, found: LambdaFunction, qualifier: string): number {
  const rest = store.list().filter((other) => other !== found);
  const { [qualifier]: _replaced, ...provisioned } = found.provisioned ?? {};
  // What is reserved holds the provisioned ones.
  if (found.reservedConcurrency !== undefined) return rest.reduce((sum, each) => sum + claimedBy(each), 0);
  return [...rest, { ...found, provisioned }].reduce((sum, each) => sum + claimedBy(each), 0);
}

interface Readiness {
  version: string;
  executions: number;
  ready: number;
  failure?: string;
}

/** Starts the environments of a configuration, and knows how far it is. */
export class Provisioner {
  readonly #pool: SandboxPool;
  readonly #known = new Map<string, Readiness>();

  constructor(pool: SandboxPool) {
    this.#pool = pool;
  }

  /** How far it is; it begins with the first question, and anew when an alias has moved. */
  readiness(
    functionName: string,
    qualifier: string,
    version: FunctionVersion,
    executions: number,
  ): Readiness {
    const key = `${functionName}:${qualifier}`;
    const known = this.#known.get(key);
    if (known?.version === version.version && known.executions === executions) return known;
    if (known) this.#pool.retire(functionName);
    const begun: Readiness = { version: version.version, executions, ready: 0 };
    this.#known.set(key, begun);
    void this.#start(functionName, version, begun);
    return begun;
  }

  forget(functionName: string, qualifier: string): void {
    if (this.#known.delete(`${functionName}:${qualifier}`)) this.#pool.retire(functionName);
  }

  /** One after another: they share the machine with the calls in progress. */
  async #start(functionName: string, version: FunctionVersion, state: Readiness): Promise<void> {
    for (let i = 0; i < state.executions; i++) {
      const failure = await this.#pool.provision(functionName, version);
      if (failure !== undefined) {
        state.failure = failure;
        return;
      }
      state.ready++;
    }
  }
}

/** A configuration as Get and List show it. */
export function provisionedShape(
  { executions, lastModifiedMs }: ProvisionedConfig,
  state: Readiness,
): object {
  const status = state.failure !== undefined ? 'FAILED' : state.ready < executions ? 'IN_PROGRESS' : 'READY';
  return {
    RequestedProvisionedConcurrentExecutions: executions,
    AvailableProvisionedConcurrentExecutions: state.ready,
    AllocatedProvisionedConcurrentExecutions: state.ready,
    Status: status,
    ...(state.failure === undefined ? {} : { StatusReason: state.failure }),
    LastModified: lastModified(lastModifiedMs),
  };
}
