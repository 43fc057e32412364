import { uuid } from '../../../../core/ids.ts';
import { parseWeights } from '../alias-weights.ts';
import { defineLambdaOperation } from '../context.ts';
import { text } from '../parameters.ts';
import { aliasConfiguration } from '../shapes.ts';

export const updateAlias = defineLambdaOperation({
  name: 'UpdateAlias',
  http: { method: 'PUT', path: '/2015-03-31/functions/{FunctionName}/aliases/{Name}' },
  handle({ env, store, control }, input) {
    const { body, path } = input;
    const found = store.get({ name: input.reference().name });
    const alias = store.alias(found, path['Name'] ?? '');
    control.checkRevision(alias.revisionId, text(body, 'RevisionId'));
    const functionVersion = text(body, 'FunctionVersion') ?? alias.functionVersion;
    store.checkQualifier({ name: found.name, qualifier: functionVersion });
    alias.functionVersion = functionVersion;
    alias.description = text(body, 'Description') ?? alias.description;
    if (body['RoutingConfig'] !== undefined) {
      alias.additionalVersionWeights = parseWeights(env, body, found, functionVersion);
    }
    alias.revisionId = uuid(env.random);
    store.save(found);
    return aliasConfiguration(env, found.name, alias);
  },
});
