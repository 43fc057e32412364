import { TOKEN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html */
export const sendTaskHeartbeat = statesOperation({
  name: 'SendTaskHeartbeat',
  read: (members) => ({ taskToken: members.text('taskToken', TOKEN_RULES) }),
  handle(context, { taskToken }) {
    context.tokens.get(taskToken).heartbeat(context.caller === 'client');
    return {};
  },
});
