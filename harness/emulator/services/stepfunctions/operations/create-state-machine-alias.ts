import { aliasArn, checkRouting, readRouting } from '../aliases.ts';
import { conflict } from '../errors.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';
import type { MachineAlias } from '../store/machine.ts';

/** AWS's own pattern; its message repeats it. */
const NAME_PATTERN = '^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html */
export const createStateMachineAlias = statesOperation({
  name: 'CreateStateMachineAlias',
  read: (members) => {
    const name = members.text('name', { min: 1, max: 80, pattern: NAME_PATTERN });
    const description = members.optionalText('description', { max: 256 });
    const routing = readRouting(members);
    if (!routing) members.fault('null', 'routingConfiguration', 'Member must not be null');
    return { name, description, routing: routing ?? [] };
  },
  handle(context, { name, description, routing }) {
    const machine = checkRouting(context, routing);
    const known = machine.aliases.get(name);
    if (known) {
      const same =
        known.description === description && JSON.stringify(known.routing) === JSON.stringify(routing);
      if (!same)
        throw conflict(
          `Failed to create alias because an alias with the same name and a different routing configuration already exists. Alias ARN: ${aliasArn(machine, known)}`,
        );
      return { creationDate: seconds(known.createdAtMs), stateMachineAliasArn: aliasArn(machine, known) };
    }
    const createdAtMs = context.env.clock.nowMs();
    const alias: MachineAlias = {
      name,
      routing,
      createdAtMs,
      updatedAtMs: createdAtMs,
      ...(description === undefined ? {} : { description }),
    };
    machine.aliases.set(name, alias);
    context.machines.save(machine);
    return { creationDate: seconds(createdAtMs), stateMachineAliasArn: aliasArn(machine, alias) };
  },
});
