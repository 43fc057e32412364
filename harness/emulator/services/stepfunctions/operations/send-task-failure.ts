import { TOKEN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html */
export const sendTaskFailure = statesOperation({
  name: 'SendTaskFailure',
  read: (members) => ({
    taskToken: members.text('taskToken', TOKEN_RULES),
    error: members.optionalText('error', { max: 256 }),
    cause: members.optionalText('cause', { max: 32_768 }),
  }),
  handle(context, { taskToken, error, cause }) {
    context.tokens.get(taskToken).fail(error, cause);
    return {};
  },
});
