import { defineLambdaOperation, page } from '../context.ts';
import { validation } from '../errors.ts';
import { functionConfiguration } from '../shapes.ts';

export const listFunctions = defineLambdaOperation({
  name: 'ListFunctions',
  http: { method: 'GET', path: '/2015-03-31/functions' },
  handle({ env, store }, { query }) {
    const which = query.get('FunctionVersion');
    if (which !== null && which !== 'ALL') {
      throw validation(which, 'functionVersion', 'Member must satisfy enum value set: [ALL]');
    }
    const all = which === 'ALL';
    const versions = store.list().flatMap((found) => {
      const latest = { found, version: found.latest };
      return all ? [latest, ...found.published.map((version) => ({ found, version }))] : [latest];
    });
    const { items, next } = page(query, versions);
    return {
      Functions: items.map(({ found, version }) =>
        functionConfiguration(env, found, version, {
          withState: false,
          ...(all ? { qualifier: version.version } : {}),
        }),
      ),
      NextMarker: next,
    };
  },
});
