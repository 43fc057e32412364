import type {
  DescribeStateMachineCommandInput,
  DescribeStateMachineForExecutionCommandInput,
  ListStateMachinesCommandInput,
} from '@aws-sdk/client-sfn';
import { defineOperation } from '../../../http/operation.ts';
import { isVersion, parseMachineArn } from '../arn.ts';
import type { StepFunctionsContext } from '../context.ts';
import { stateMachineDoesNotExist } from '../errors.ts';
import { byName, statesCall, statesPage } from '../operation.ts';
import { machineArnOf } from '../render/describe-execution.ts';
import { describedRevision } from '../render/describe-machine.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html */
export const describeStateMachine = defineOperation<StepFunctionsContext, DescribeStateMachineCommandInput>({
  name: 'DescribeStateMachine',
  permission: ({ stateMachineArn }) => [statesCall('DescribeStateMachine', stateMachineArn)],
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

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineForExecution.html */
export const describeStateMachineForExecution = defineOperation<
  StepFunctionsContext,
  DescribeStateMachineForExecutionCommandInput
>({
  name: 'DescribeStateMachineForExecution',
  permission: ({ executionArn }) => [statesCall('DescribeStateMachineForExecution', executionArn)],
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

/** By name, as AWS's console shows them. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachines.html */
export const listStateMachines = defineOperation<StepFunctionsContext, ListStateMachinesCommandInput>({
  name: 'ListStateMachines',
  permission: () => [statesCall('ListStateMachines', '*')],
  handle(context, input) {
    const page = statesPage(byName(context.machines.all()), input, {
      list: 'ListStateMachines',
      keyOf: ({ name }) => name,
    });
    return {
      stateMachines: page.entries.map(({ arn, name, type, createdAtMs }) => ({
        stateMachineArn: arn,
        name,
        type,
        creationDate: seconds(createdAtMs),
      })),
      nextToken: page.nextToken,
    };
  },
});
