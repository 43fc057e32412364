/** Settings of a function beside its configuration: recursion and the management of its runtime. */
import type {
  GetFunctionRecursionConfigCommandInput,
  GetRuntimeManagementConfigCommandInput,
  PutFunctionRecursionConfigCommandInput,
  PutRuntimeManagementConfigCommandInput,
} from '@aws-sdk/client-lambda';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import type { LambdaContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { functionArn, ownFunction } from '../function-name.ts';
import { onFunction } from '../permissions.ts';
import { own } from '../store/entities.ts';

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html */
const getFunctionRecursionConfig = defineOperation<LambdaContext, GetFunctionRecursionConfigCommandInput>({
  name: 'GetFunctionRecursionConfig',
  permission: onFunction('GetFunctionRecursionConfig'),
  handle: ({ env, store }, { FunctionName }) => ({
    RecursiveLoop: store.get({ name: ownFunction(env, { FunctionName }).name }).recursiveLoop ?? 'Terminate',
  }),
});

/** Whether a function that invokes itself, directly or over others, is stopped after 16 runs. */
const putFunctionRecursionConfig = defineOperation<LambdaContext, PutFunctionRecursionConfigCommandInput>({
  name: 'PutFunctionRecursionConfig',
  permission: onFunction('PutFunctionRecursionConfig'),
  handle({ env, store }, { FunctionName, RecursiveLoop = 'Terminate' }) {
    const found = store.get({ name: ownFunction(env, { FunctionName }).name });
    found.recursiveLoop = RecursiveLoop;
    store.save(found);
    return { RecursiveLoop };
  },
});

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetRuntimeManagementConfig.html */
const getRuntimeManagementConfig = defineOperation<LambdaContext, GetRuntimeManagementConfigCommandInput>({
  name: 'GetRuntimeManagementConfig',
  permission: onFunction('GetRuntimeManagementConfig'),
  handle({ env, store }, input) {
    const { name, qualifier = '$LATEST' } = ownFunction(env, input);
    const { version } = store.version({ name, qualifier });
    const kept = own(store.get({ name }).runtimeManagement, version);
    return {
      FunctionArn: functionArn(env, name, qualifier === '$LATEST' ? undefined : qualifier),
      UpdateRuntimeOn: kept?.updateRuntimeOn ?? 'Auto',
      RuntimeVersionArn: kept?.runtimeVersionArn,
    };
  },
});

/** Kept and returned: the interpreters of this machine are what functions run on. */
const putRuntimeManagementConfig = defineOperation<LambdaContext, PutRuntimeManagementConfigCommandInput>({
  name: 'PutRuntimeManagementConfig',
  permission: onFunction('PutRuntimeManagementConfig'),
  handle({ env, store }, input) {
    const { name, qualifier = '$LATEST' } = ownFunction(env, input);
    const { version } = store.version({ name, qualifier });
    const { UpdateRuntimeOn = 'Auto', RuntimeVersionArn } = input;
    if (UpdateRuntimeOn === 'Manual' && RuntimeVersionArn === undefined) {
      throw invalidParameter('RuntimeVersionArn is required when UpdateRuntimeOn is Manual.');
    }
    if (UpdateRuntimeOn !== 'Manual' && RuntimeVersionArn !== undefined) {
      throw invalidParameter('RuntimeVersionArn can only be set when UpdateRuntimeOn is Manual.');
    }
    const found = store.get({ name });
    const kept = {
      updateRuntimeOn: UpdateRuntimeOn,
      ...(RuntimeVersionArn === undefined ? {} : { runtimeVersionArn: RuntimeVersionArn }),
    };
    found.runtimeManagement = { ...found.runtimeManagement, [version]: kept };
    store.save(found);
    return {
      FunctionArn: functionArn(env, name, qualifier === '$LATEST' ? undefined : qualifier),
      UpdateRuntimeOn,
      RuntimeVersionArn,
    };
  },
});

export const functionSettingOperations: readonly Operation<LambdaContext>[] = [
  getFunctionRecursionConfig,
  getRuntimeManagementConfig,
  putFunctionRecursionConfig,
  putRuntimeManagementConfig,
];
