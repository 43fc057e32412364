import { defineLambdaOperation } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import { oneOf, requiredText, text } from '../parameters.ts';

const MODES = ['Auto', 'Manual', 'FunctionUpdate'] as const;

/**
 * Kept and returned: the interpreters of this machine are what functions run on.
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html
 */
export const putRuntimeManagementConfig = defineLambdaOperation({
  name: 'PutRuntimeManagementConfig',
  http: { method: 'PUT', path: '/2021-07-20/functions/{FunctionName}/runtime-management-config' },
  handle({ env, store }, input) {
    const { name, qualifier = '$LATEST' } = input.reference();
    const { version } = store.version({ name, qualifier });
    const updateRuntimeOn = oneOf(requiredText(input.body, 'UpdateRuntimeOn'), 'updateRuntimeOn', MODES)!;
    const runtimeVersionArn = text(input.body, 'RuntimeVersionArn');
    if (updateRuntimeOn === 'Manual' && runtimeVersionArn === undefined) {
      throw invalidParameter('RuntimeVersionArn is required when UpdateRuntimeOn is Manual.');
    }
    if (updateRuntimeOn !== 'Manual' && runtimeVersionArn !== undefined) {
      throw invalidParameter('RuntimeVersionArn can only be set when UpdateRuntimeOn is Manual.');
    }
    const found = store.get({ name });
    const kept = { updateRuntimeOn, ...(runtimeVersionArn === undefined ? {} : { runtimeVersionArn }) };
    found.runtimeManagement = { ...found.runtimeManagement, [version]: kept };
    store.save(found);
    return {
      FunctionArn: functionArn(env, name, qualifier === '$LATEST' ? undefined : qualifier),
      UpdateRuntimeOn: updateRuntimeOn,
      ...(runtimeVersionArn === undefined ? {} : { RuntimeVersionArn: runtimeVersionArn }),
    };
  },
});
