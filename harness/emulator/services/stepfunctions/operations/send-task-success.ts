import { AwsError } from '../../../../core/errors.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { TOKEN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
export const sendTaskSuccess = statesOperation({
  name: 'SendTaskSuccess',
  read: (members) => ({ taskToken: members.text('taskToken', TOKEN_RULES), output: members.text('output') }),
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
