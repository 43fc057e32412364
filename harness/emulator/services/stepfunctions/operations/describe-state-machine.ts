import { isVersion, parseMachineArn } from '../arn.ts';
import { stateMachineDoesNotExist } from '../errors.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { describedRevision } from '../render/describe-machine.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html */
export const describeStateMachine = statesOperation({
  name: 'DescribeStateMachine',
  read: (members) => ({
    stateMachineArn: members.text('stateMachineArn', ARN_RULES),
    includedData: members.optionalText('includedData', { values: ['ALL_DATA', 'METADATA_ONLY'] }),
  }),
  handle(context, { stateMachineArn }) {
    const { machineArn, qualifier, label } = parseMachineArn(stateMachineArn);
    const machine = context.machines.find(label === undefined ? machineArn : machineArn.split('/')[0]!);
    if (!machine) throw stateMachineDoesNotExist(stateMachineArn);
    const version =
      qualifier !== undefined && isVersion(qualifier) ? machine.versions.get(Number(qualifier)) : undefined;
    if (qualifier !== undefined && !version) throw stateMachineDoesNotExist(stateMachineArn);
    return {
      stateMachineArn,
      name: machine.name,
      status: machine.status,
      type: machine.type,
      creationDate: seconds(version?.createdAtMs ?? machine.createdAtMs),
      ...describedRevision(version?.revision ?? machine.current),
      ...(version?.description === undefined ? {} : { description: version.description }),
      ...(label === undefined ? {} : { label }),
    };
  },
});
