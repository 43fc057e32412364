import { defineLambdaOperation } from '../context.ts';
import { functionConfiguration } from '../shapes.ts';

export const getFunction = defineLambdaOperation({
  name: 'GetFunction',
  http: { method: 'GET', path: '/2015-03-31/functions/{FunctionName}' },
  handle({ env, store }, input) {
    const reference = input.reference();
    const found = store.get(reference);
    const version = store.version(reference);
    const location = `${env.endpoint()}/2015-03-31/functions/${found.name}/code-archive?Qualifier=${encodeURIComponent(version.version)}`;
    return {
      Configuration: functionConfiguration(env, found, version, { qualifier: reference.qualifier }),
      Code: { RepositoryType: 'S3', Location: location },
      Tags: Object.keys(found.tags).length > 0 ? found.tags : undefined,
      Concurrency:
        found.reservedConcurrency === undefined
          ? undefined
          : { ReservedConcurrentExecutions: found.reservedConcurrency },
    };
  },
});
