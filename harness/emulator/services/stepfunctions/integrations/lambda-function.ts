/** A function ARN as Resource: the state's input is the event, the function's answer the result. */
import { uuid } from '../../../../core/ids.ts';
import { functionFailure } from './function-payload.ts';
import { exceptionName, type Integration, isAwsError, javaSdk1Cause, TaskFailure } from './integration.ts';

export const lambdaFunction: Integration = {
  name: 'Lambda function ARN',
  serves: (resource) => resource.kind === 'function',
  async run(call, context) {
    const { env, neighbours } = context;
    const release = env.clock.hold();
    try {
      const result = await neighbours.functions.invoke({
        functionName: call.task.resource,
        payload: call.task.parametersText,
        callerRoleArn: call.roleArn,
        signal: call.signal,
      });
      if (result.functionError !== undefined) throw functionFailure(result.payload);
      return result.payload === '' ? 'null' : result.payload;
    } catch (error) {
      if (!isAwsError(error)) throw error;
      throw new TaskFailure(
        exceptionName('Lambda', error.code),
        javaSdk1Cause('AWSLambda', error, uuid(env.random)),
      );
    } finally {
      release();
    }
  },
};
