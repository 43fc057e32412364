import { checkRole } from '../authorization.ts';
import { attachable, checkSignature } from '../code-signing.ts';
import { defineLambdaOperation } from '../context.ts';
import { resourceConflict } from '../errors.ts';
import { parseArchitecture, parseConfiguration, refuseImage } from '../function-configuration.ts';
import { functionArn, functionReference, reachable } from '../function-name.ts';
import { requiredText, text, textMap } from '../parameters.ts';
import { functionConfiguration } from '../shapes.ts';
import { checkTagCount } from '../tags.ts';

export const createFunction = defineLambdaOperation({
  name: 'CreateFunction',
  http: { method: 'POST', path: '/2015-03-31/functions' },
  status: 201,
  async handle({ env, store, control, layers, codeSigning, permissions }, { body }) {
    const { name } = reachable(env, functionReference(requiredText(body, 'FunctionName')));
    requiredText(body, 'Role');
    refuseImage(body);
    const change = parseConfiguration(body, { functionName: name, env, layers });
    const tags = textMap(body['Tags'], 'tags');
    checkTagCount(tags);
    if (store.find(name)) throw resourceConflict(`Function already exist: ${name}`);
    checkRole(permissions, change.role, functionArn(env, name));
    const codeSigningConfigArn = text(body, 'CodeSigningConfigArn');
    if (codeSigningConfigArn !== undefined) {
      checkSignature(attachable(codeSigning, codeSigningConfigArn), name);
    }
    const code = await control.storeCode(body['Code']);
    if (store.find(name)) throw resourceConflict(`Function already exist: ${name}`);
    const created = control.create(name, change, code, {
      architecture: parseArchitecture(body['Architectures']),
      tags,
      ...(codeSigningConfigArn === undefined ? {} : { codeSigningConfigArn }),
    });
    const answer = functionConfiguration(env, created, created.latest);
    await control.activate(created);
    if (body['Publish'] !== true) return answer;
    const published = control.publish(created, undefined);
    return { ...answer, Version: published.version };
  },
});
