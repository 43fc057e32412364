/** Reserved and provisioned concurrency, and the account's settings that they count against. */
import type {
  DeleteFunctionConcurrencyCommandInput,
  DeleteProvisionedConcurrencyConfigCommandInput,
  GetFunctionConcurrencyCommandInput,
  GetProvisionedConcurrencyConfigCommandInput,
  ListProvisionedConcurrencyConfigsCommandInput,
  PutFunctionConcurrencyCommandInput,
  PutProvisionedConcurrencyConfigCommandInput,
} from '@aws-sdk/client-lambda';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import { type LambdaContext, page } from '../context.ts';
import { functionNotFound, invalidParameter } from '../errors.ts';
import { functionArn, type NamedFunction, ownFunction } from '../function-name.ts';
import { onEverything, onFunction } from '../permissions.ts';
import {
  checkProvisioned,
  claimedBy,
  minUnreserved,
  noProvisionedConfig,
  provisionedBy,
  provisionedShape,
  provisionedTarget,
} from '../provisioned-concurrency.ts';
import { own } from '../store/entities.ts';

const getAccountSettings = defineOperation<LambdaContext, object>({
  name: 'GetAccountSettings',
  permission: onEverything('GetAccountSettings'),
  handle({ env, store, layers }) {
    const { lambdaConcurrentExecutions: limit, lambdaUnzippedBytes, lambdaZippedBytes } = env.limits;
    const functions = store.list();
    const reserved = functions.reduce((sum, found) => sum + claimedBy(found), 0);
    const code = functions.flatMap((found) => [found.latest, ...found.published]);
    const stored = [...code, ...layers.list().flatMap((layer) => layers.present(layer))];
    return {
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: lambdaUnzippedBytes,
        CodeSizeZipped: lambdaZippedBytes,
        ConcurrentExecutions: limit,
        UnreservedConcurrentExecutions: limit - reserved,
      },
      AccountUsage: {
        TotalCodeSize: stored.reduce((sum, { codeSizeBytes }) => sum + codeSizeBytes, 0),
        FunctionCount: functions.length,
      },
    };
  },
});

const putFunctionConcurrency = defineOperation<LambdaContext, PutFunctionConcurrencyCommandInput>({
  name: 'PutFunctionConcurrency',
  permission: onFunction('PutFunctionConcurrency'),
  handle({ env, store }, input) {
    const { name, qualifier } = ownFunction(env, { FunctionName: input.FunctionName });
    if (qualifier !== undefined) {
      throw invalidParameter(
        'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
      );
    }
    const found = store.find(name);
    if (!found) throw functionNotFound(functionArn(env, name, '$LATEST'));
    const { ReservedConcurrentExecutions: reserved = 0 } = input;
    const others = store
      .list()
      .filter((other) => other !== found)
      .reduce((sum, other) => sum + claimedBy(other), 0);
    const minimum = minUnreserved(env.limits);
    if (env.limits.lambdaConcurrentExecutions - others - reserved < minimum) {
      throw invalidParameter(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
      );
    }
    const provisioned = provisionedBy(found);
    if (provisioned > reserved) {
      throw invalidParameter(
        ` ReservedConcurrentExecutions  ${reserved} should not be lower than function's total provisioned concurrency [${provisioned}].`,
      );
    }
    found.reservedConcurrency = reserved;
    store.save(found);
    return { ReservedConcurrentExecutions: reserved };
  },
});

const getFunctionConcurrency = defineOperation<LambdaContext, GetFunctionConcurrencyCommandInput>({
  name: 'GetFunctionConcurrency',
  permission: onFunction('GetFunctionConcurrency'),
  handle({ env, store }, { FunctionName }) {
    const { reservedConcurrency } = store.get(ownFunction(env, { FunctionName }));
    return { ReservedConcurrentExecutions: reservedConcurrency };
  },
});

const deleteFunctionConcurrency = defineOperation<
  LambdaContext,
  DeleteFunctionConcurrencyCommandInput,
  undefined
>({
  name: 'DeleteFunctionConcurrency',
  permission: onFunction('DeleteFunctionConcurrency'),
  handle({ env, store }, { FunctionName }) {
    const found = store.get(ownFunction(env, { FunctionName }));
    delete found.reservedConcurrency;
    store.save(found);
    return undefined;
  },
});

const putProvisionedConcurrencyConfig = defineOperation<
  LambdaContext,
  PutProvisionedConcurrencyConfigCommandInput
>({
  name: 'PutProvisionedConcurrencyConfig',
  permission: onFunction('PutProvisionedConcurrencyConfig'),
  handle({ env, store, provisioner }, input) {
    const { ProvisionedConcurrentExecutions: executions = 0 } = input;
    const reference = ownFunction(env, input);
    if (reference.qualifier === '$LATEST') {
      throw invalidParameter(
        'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
      );
    }
    const target = provisionedTarget(env, store, reference);
    checkProvisioned(env, store, target, executions);
    const { found, qualifier, version } = target;
    const config = { executions, lastModifiedMs: env.clock.nowMs() };
    found.provisioned = { ...found.provisioned, [qualifier]: config };
    store.save(found);
    provisioner.readiness(found.name, qualifier, version, executions);
    return provisionedShape(config, { version: version.version, executions, ready: 0 });
  },
});

/** The version or alias of an input. @throws AwsError InvalidParameterValueException, ResourceNotFoundException */
function targetOf({ env, store }: LambdaContext, input: NamedFunction) {
  const reference = ownFunction(env, input);
  if (reference.qualifier === '$LATEST') {
    throw invalidParameter('The function resource provided must be an alias or a published version.');
  }
  return provisionedTarget(env, store, reference);
}

const getProvisionedConcurrencyConfig = defineOperation<
  LambdaContext,
  GetProvisionedConcurrencyConfigCommandInput
>({
  name: 'GetProvisionedConcurrencyConfig',
  permission: onFunction('GetProvisionedConcurrencyConfig'),
  handle(context, input) {
    const { found, qualifier, version } = targetOf(context, input);
    const config = own(found.provisioned, qualifier);
    if (config === undefined) throw noProvisionedConfig();
    const { name } = found;
    return provisionedShape(
      config,
      context.provisioner.readiness(name, qualifier, version, config.executions),
    );
  },
});

/** Succeeds whether or not there is one. */
const deleteProvisionedConcurrencyConfig = defineOperation<
  LambdaContext,
  DeleteProvisionedConcurrencyConfigCommandInput,
  undefined
>({
  name: 'DeleteProvisionedConcurrencyConfig',
  permission: onFunction('DeleteProvisionedConcurrencyConfig'),
  handle(context, input) {
    const { found, qualifier } = targetOf(context, input);
    delete found.provisioned?.[qualifier];
    context.store.save(found);
    context.provisioner.forget(found.name, qualifier);
    return undefined;
  },
});

const listProvisionedConcurrencyConfigs = defineOperation<
  LambdaContext,
  ListProvisionedConcurrencyConfigsCommandInput
>({
  name: 'ListProvisionedConcurrencyConfigs',
  permission: onFunction('ListProvisionedConcurrencyConfigs'),
  handle({ env, store, provisioner }, input) {
    const { name } = ownFunction(env, { FunctionName: input.FunctionName });
    const configs = Object.entries(store.get({ name }).provisioned ?? {}).sort(byKey);
    const { items, next } = page(`provisioned ${name}`, configs, input, ([qualifier]) => qualifier);
    return {
      ProvisionedConcurrencyConfigs: items.map(([qualifier, config]) => {
        const { version } = provisionedTarget(env, store, { name, qualifier });
        return {
          FunctionArn: functionArn(env, name, qualifier),
          ...provisionedShape(config, provisioner.readiness(name, qualifier, version, config.executions)),
        };
      }),
      NextMarker: next,
    };
  },
});

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

export const concurrencyOperations: readonly Operation<LambdaContext>[] = [
  deleteFunctionConcurrency,
  deleteProvisionedConcurrencyConfig,
  getAccountSettings,
  getFunctionConcurrency,
  getProvisionedConcurrencyConfig,
  listProvisionedConcurrencyConfigs,
  putFunctionConcurrency,
  putProvisionedConcurrencyConfig,
];
