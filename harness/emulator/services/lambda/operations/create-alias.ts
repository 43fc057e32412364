import { uuid } from '../../../../core/ids.ts';
import { parseWeights } from '../alias-weights.ts';
import { defineLambdaOperation } from '../context.ts';
import { resourceConflict, validation } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import { requiredText, text } from '../parameters.ts';
import { aliasConfiguration } from '../shapes.ts';

export const createAlias = defineLambdaOperation({
  name: 'CreateAlias',
  http: { method: 'POST', path: '/2015-03-31/functions/{FunctionName}/aliases' },
  status: 201,
  handle({ env, store }, input) {
    const { body } = input;
    const { name: functionName } = input.reference();
    const name = requiredText(body, 'Name');
    if (!/^(?!^[0-9]+$)[a-zA-Z0-9-_]{1,128}$/.test(name)) {
      throw validation(
        name,
        'name',
        'Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)',
      );
    }
    const functionVersion = requiredText(body, 'FunctionVersion');
    // AWS looks the version up before anything else, and names it when the function is not there.
    const found = store.get({ name: functionName, qualifier: functionVersion });
    const weights = parseWeights(env, body, found, functionVersion);
    store.checkQualifier({ name: found.name, qualifier: functionVersion });
    if (Object.hasOwn(found.aliases, name)) {
      throw resourceConflict(`Alias already exists: ${functionArn(env, found.name, name)}`);
    }
    const alias = {
      name,
      functionVersion,
      description: text(body, 'Description') ?? '',
      additionalVersionWeights: weights,
      revisionId: uuid(env.random),
    };
    found.aliases[name] = alias;
    store.save(found);
    return aliasConfiguration(env, found.name, alias);
  },
});
