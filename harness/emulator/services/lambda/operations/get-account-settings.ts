import { defineLambdaOperation } from '../context.ts';
import { claimedBy } from '../provisioned-concurrency.ts';

export const getAccountSettings = defineLambdaOperation({
  name: 'GetAccountSettings',
  http: { method: 'GET', path: '/2016-08-19/account-settings' },
  handle({ env, store, layers }) {
    const { lambdaConcurrentExecutions: limit, lambdaUnzippedBytes, lambdaZippedBytes } = env.limits;
    const functions = store.list();
    const reserved = functions.reduce((sum, found) => sum + claimedBy(found), 0);
    const code = functions.flatMap((found) => [found.latest, ...found.published]);
    const stored = [...code, ...layers.list().flatMap((layer) => layers.present(layer))];
    return {
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: lambdaUnzippedBytes,
        CodeSizeZipped: lambdaZippedBytes,
        ConcurrentExecutions: limit,
        UnreservedConcurrentExecutions: limit - reserved,
      },
      AccountUsage: {
        TotalCodeSize: stored.reduce((sum, { codeSizeBytes }) => sum + codeSizeBytes, 0),
        FunctionCount: functions.length,
      },
    };
  },
});
