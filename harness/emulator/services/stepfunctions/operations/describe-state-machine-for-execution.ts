import { LONG_ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { machineArnOf } from '../render/describe-execution.ts';
import { describedRevision } from '../render/describe-machine.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineForExecution.html */
export const describeStateMachineForExecution = statesOperation({
  name: 'DescribeStateMachineForExecution',
  read: (members) => ({
    executionArn: members.text('executionArn', LONG_ARN_RULES),
    includedData: members.optionalText('includedData', { values: ['ALL_DATA', 'METADATA_ONLY'] }),
  }),
  handle(context, { executionArn }) {
    const execution = context.executions.get(executionArn);
    const { machine, revision, mapRun } = execution;
    const map = mapRun && revision.program.mapsByLabel.get(mapRun.label);
    return {
      stateMachineArn: machineArnOf(execution),
      name: machine.name,
      ...describedRevision(revision),
      // A child runs the Map's ItemProcessor and nothing else.
      ...(map ? { definition: JSON.stringify(map.processorDefinition) } : {}),
      updateDate: seconds(revision.createdAtMs),
      ...(mapRun ? { mapRunArn: mapRun.arn, label: mapRun.label } : {}),
    };
  },
});
