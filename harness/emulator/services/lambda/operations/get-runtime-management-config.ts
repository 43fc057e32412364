import { defineLambdaOperation } from '../context.ts';
import { functionArn } from '../function-name.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetRuntimeManagementConfig.html */
export const getRuntimeManagementConfig = defineLambdaOperation({
  name: 'GetRuntimeManagementConfig',
  http: { method: 'GET', path: '/2021-07-20/functions/{FunctionName}/runtime-management-config' },
  handle({ env, store }, input) {
    const { name, qualifier = '$LATEST' } = input.reference();
    const { version } = store.version({ name, qualifier });
    const kept = store.get({ name }).runtimeManagement?.[version];
    return {
      FunctionArn: functionArn(env, name, qualifier === '$LATEST' ? undefined : qualifier),
      UpdateRuntimeOn: kept?.updateRuntimeOn ?? 'Auto',
      ...(kept?.runtimeVersionArn === undefined ? {} : { RuntimeVersionArn: kept.runtimeVersionArn }),
    };
  },
});
