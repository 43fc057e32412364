import { isVersion, parseMachineArn } from '../arn.ts';
import { conflict, invalidArn } from '../errors.ts';
import { LONG_ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { aliasesOf } from '../versions.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineVersion.html */
export const deleteStateMachineVersion = statesOperation({
  name: 'DeleteStateMachineVersion',
  read: (members) => ({
    stateMachineVersionArn: members.text('stateMachineVersionArn', LONG_ARN_RULES),
  }),
  handle(context, { stateMachineVersionArn }) {
    const { machineArn, qualifier } = parseMachineArn(stateMachineVersionArn);
    if (qualifier === undefined || !isVersion(qualifier))
      throw invalidArn(`Not a state machine version ARN: ${stateMachineVersionArn}`);
    const machine = context.machines.find(machineArn);
    if (!machine) return {};
    const aliases = aliasesOf(machine, stateMachineVersionArn);
    if (aliases.length > 0)
      throw conflict(
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${aliases.join(', ')}]`,
      );
    if (machine.versions.delete(Number(qualifier))) context.machines.save(machine);
    return {};
  },
});
