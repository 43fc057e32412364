import { checkRole } from '../authorization.ts';
import { defineLambdaOperation } from '../context.ts';
import { parseConfiguration } from '../function-configuration.ts';
import { functionArn } from '../function-name.ts';
import { text } from '../parameters.ts';
import { functionConfiguration } from '../shapes.ts';

export const updateFunctionConfiguration = defineLambdaOperation({
  name: 'UpdateFunctionConfiguration',
  http: { method: 'PUT', path: '/2015-03-31/functions/{FunctionName}/configuration' },
  async handle({ env, store, control, layers, permissions }, input) {
    const { body } = input;
    const found = store.get(input.reference());
    const change = parseConfiguration(body, { functionName: found.name, env, layers, current: found.latest });
    control.checkNotBusy(found, functionArn(env, found.name));
    control.checkRevision(found.latest.revisionId, text(body, 'RevisionId'));
    checkRole(permissions, change.role, functionArn(env, found.name));
    control.change(found, change);
    const answer = functionConfiguration(env, found, found.latest);
    await control.activate(found);
    return answer;
  },
});
