import { findAlias } from '../aliases.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineAlias.html */
export const describeStateMachineAlias = statesOperation({
  name: 'DescribeStateMachineAlias',
  read: (members) => ({ stateMachineAliasArn: members.text('stateMachineAliasArn', ARN_RULES) }),
  handle(context, { stateMachineAliasArn }) {
    const { alias } = findAlias(context, stateMachineAliasArn);
    return {
      stateMachineAliasArn,
      name: alias.name,
      description: alias.description,
      routingConfiguration: alias.routing,
      creationDate: seconds(alias.createdAtMs),
      updateDate: seconds(alias.updatedAtMs),
    };
  },
});
