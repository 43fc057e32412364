import { conflict } from '../errors.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';
import { publishVersion, versionArn } from '../versions.ts';

/** How AWS calls the revision a machine was created with. */
const INITIAL = 'INITIAL';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html */
export const publishStateMachineVersion = statesOperation({
  name: 'PublishStateMachineVersion',
  read: (members) => ({
    stateMachineArn: members.text('stateMachineArn', ARN_RULES),
    revisionId: members.optionalText('revisionId'),
    description: members.optionalText('description', { max: 256 }),
  }),
  handle(context, { stateMachineArn, revisionId, description }) {
    const machine = context.machines.get(stateMachineArn);
    const current = machine.current.revisionId ?? INITIAL;
    if (revisionId !== undefined && revisionId !== current)
      throw conflict(
        `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
      );
    const version = publishVersion(context, machine, description);
    context.machines.save(machine);
    return {
      creationDate: seconds(version.createdAtMs),
      stateMachineVersionArn: versionArn(machine, version),
    };
  },
});
