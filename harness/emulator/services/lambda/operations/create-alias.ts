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
    const found = store.get(input.reference());
    const name = requiredText(body, 'Name');
    if (!/^(?!^[0-9]+$)[a-zA-Z0-9-_]{1,128}$/.test(name)) {
      throw validation(
        name,
        'name',
        'Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)',
      );
    }
    if (found.aliases[name]) {
      throw resourceConflict(`Alias already exists: ${functionArn(env, found.name, name)}`);
    }
    const functionVersion = requiredText(body, 'FunctionVersion');
    store.checkQualifier({ name: found.name, qualifier: functionVersion });
    const alias = {
      name,
      functionVersion,
      description: text(body, 'Description') ?? '',
      additionalVersionWeights: parseWeights(body, found, functionVersion),
      revisionId: uuid(env.random),
    };
    found.aliases[name] = alias;
    store.save(found);
    return aliasConfiguration(env, found.name, alias);
  },
});
