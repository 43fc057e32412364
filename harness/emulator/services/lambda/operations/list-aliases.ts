import { defineLambdaOperation, page } from '../context.ts';
import { aliasConfiguration } from '../shapes.ts';

export const listAliases = defineLambdaOperation({
  name: 'ListAliases',
  http: { method: 'GET', path: '/2015-03-31/functions/{FunctionName}/aliases' },
  handle({ env, store }, input) {
    const found = store.get(input.reference());
    const version = input.query.get('FunctionVersion');
    const aliases = Object.values(found.aliases)
      .filter((alias) => version === null || alias.functionVersion === version)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, next } = page(input.query, aliases);
    return { Aliases: items.map((alias) => aliasConfiguration(env, found.name, alias)), NextMarker: next };
  },
});
