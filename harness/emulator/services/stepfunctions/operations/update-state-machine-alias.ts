import { checkRouting, findAlias, readRouting } from '../aliases.ts';
import { validationError } from '../errors.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachineAlias.html */
export const updateStateMachineAlias = statesOperation({
  name: 'UpdateStateMachineAlias',
  read: (members) => ({
    stateMachineAliasArn: members.text('stateMachineAliasArn', ARN_RULES),
    description: members.optionalText('description', { max: 256 }),
    routing: readRouting(members),
  }),
  handle(context, { stateMachineAliasArn, description, routing }) {
    const { machine, alias } = findAlias(context, stateMachineAliasArn);
    if (routing && checkRouting(context, routing) !== machine)
      throw validationError('Routing configuration must contain versions of the state machine of the alias.');
    if (routing) alias.routing = routing;
    if (description !== undefined) alias.description = description;
    alias.updatedAtMs = context.env.clock.nowMs();
    context.machines.save(machine);
    return { updateDate: seconds(alias.updatedAtMs) };
  },
});
