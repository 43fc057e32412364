import { defineLambdaOperation } from '../context.ts';
import { functionNotFound, invalidParameter, validation } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import { integer } from '../parameters.ts';
import { claimedBy } from '../provisioned-concurrency.ts';

/** AWS keeps this many executions for functions without a reservation. */
const MIN_UNRESERVED = 100;

export const putFunctionConcurrency = defineLambdaOperation({
  name: 'PutFunctionConcurrency',
  http: { method: 'PUT', path: '/2017-10-31/functions/{FunctionName}/concurrency' },
  handle({ env, store }, input) {
    const { name, qualifier } = input.reference();
    if (qualifier !== undefined) {
      throw invalidParameter(
        'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
      );
    }
    const found = store.find(name);
    if (!found) throw functionNotFound(functionArn(env, name, '$LATEST'));
    const reserved = integer(input.body, 'ReservedConcurrentExecutions', {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
    });
    if (reserved === undefined) {
      throw validation(null, 'reservedConcurrentExecutions', 'Member must not be null');
    }
    const others = store
      .list()
      .filter((other) => other !== found)
      .reduce((sum, other) => sum + claimedBy(other), 0);
    if (env.limits.lambdaConcurrentExecutions - others - reserved < MIN_UNRESERVED) {
      throw invalidParameter(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${MIN_UNRESERVED}].`,
      );
    }
    const provisioned = Object.values(found.provisioned ?? {}).reduce(
      (sum, each) => sum + each.executions,
      0,
    );
    if (provisioned > reserved) {
      throw invalidParameter(
        ` ReservedConcurrentExecutions  ${reserved} should not be lower than function's total provisioned concurrency [${provisioned}].`,
      );
    }
    found.reservedConcurrency = reserved;
    store.save(found);
    return { ReservedConcurrentExecutions: reserved };
  },
});
