import { checkRole } from '../authorization.ts';
import { defineLambdaOperation } from '../context.ts';
import { resourceConflict } from '../errors.ts';
import { functionArn, functionReference } from '../function-name.ts';
import { parseArchitecture, parseConfiguration, requiredText, textMap } from '../parameters.ts';
import { functionConfiguration } from '../shapes.ts';

export const createFunction = defineLambdaOperation({
  name: 'CreateFunction',
  http: { method: 'POST', path: '/2015-03-31/functions' },
  status: 201,
  async handle({ env, store, control, permissions }, { body }) {
    const { name } = functionReference(requiredText(body, 'FunctionName'));
    requiredText(body, 'Role');
    const change = parseConfiguration(body, name, env.limits);
    if (store.find(name)) throw resourceConflict(`Function already exist: ${name}`);
    checkRole(permissions, change.role, functionArn(env, name));
    const code = await control.storeCode(body['Code']);
    if (store.find(name)) throw resourceConflict(`Function already exist: ${name}`);
    const created = control.create(name, change, code, {
      architecture: parseArchitecture(body['Architectures']),
      tags: textMap(body['Tags'], 'tags'),
    });
    const answer = functionConfiguration(env, created, created.latest);
    await control.activate(created);
    if (body['Publish'] !== true) return answer;
    const published = control.publish(created, undefined);
    return functionConfiguration(env, created, published, { qualifier: published.version });
  },
});
