import { findAlias } from '../aliases.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineAlias.html */
export const deleteStateMachineAlias = statesOperation({
  name: 'DeleteStateMachineAlias',
  read: (members) => ({ stateMachineAliasArn: members.text('stateMachineAliasArn', ARN_RULES) }),
  handle(context, { stateMachineAliasArn }) {
    const { machine, alias } = findAlias(context, stateMachineAliasArn);
    machine.aliases.delete(alias.name);
    context.machines.save(machine);
    return {};
  },
});
