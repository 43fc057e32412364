/** Answers of workers that hold a task token. The token is the resource: policies speak of `*`. */
import type {
  SendTaskFailureCommandInput,
  SendTaskHeartbeatCommandInput,
  SendTaskSuccessCommandInput,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../../../../core/errors.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { defineOperation } from '../../../http/operation.ts';
import type { StepFunctionsContext } from '../context.ts';
import { statesCall } from '../operation.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
export const sendTaskSuccess = defineOperation<StepFunctionsContext, SendTaskSuccessCommandInput>({
  name: 'SendTaskSuccess',
  permission: () => [statesCall('SendTaskSuccess', '*')],
  handle(context, { taskToken, output }) {
    const target = context.tokens.get(taskToken);
    try {
      parseJson(output);
    } catch (error) {
      throw new AwsError('InvalidOutput', `Invalid Output: '${(error as Error).message}'`);
    }
    target.succeed(output);
    return {};
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html */
export const sendTaskFailure = defineOperation<StepFunctionsContext, SendTaskFailureCommandInput>({
  name: 'SendTaskFailure',
  permission: () => [statesCall('SendTaskFailure', '*')],
  handle(context, { taskToken, error, cause }) {
    context.tokens.get(taskToken).fail(error, cause);
    return {};
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html */
export const sendTaskHeartbeat = defineOperation<StepFunctionsContext, SendTaskHeartbeatCommandInput>({
  name: 'SendTaskHeartbeat',
  permission: () => [statesCall('SendTaskHeartbeat', '*')],
  handle(context, { taskToken }) {
    context.tokens.get(taskToken).heartbeat(context.caller === 'client');
    return {};
  },
});
