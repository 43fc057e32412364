import type {
  DescribeMapRunCommandInput,
  ListMapRunsCommandInput,
  UpdateMapRunCommandInput,
} from '@aws-sdk/client-sfn';
import { decimal } from '../../../../core/json.ts';
import { defineOperation } from '../../../http/operation.ts';
import type { StepFunctionsContext } from '../context.ts';
import { statesCall, statesPage } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
export const describeMapRun = defineOperation<StepFunctionsContext, DescribeMapRunCommandInput>({
  name: 'DescribeMapRun',
  permission: ({ mapRunArn }) => [statesCall('DescribeMapRun', mapRunArn)],
  handle(context, { mapRunArn }) {
    const mapRun = context.executions.getMapRun(mapRunArn);
    return {
      mapRunArn,
      executionArn: mapRun.parent.arn,
      status: mapRun.status,
      startDate: seconds(mapRun.startedAtMs),
      stopDate: mapRun.stoppedAtMs === undefined ? undefined : seconds(mapRun.stoppedAtMs),
      maxConcurrency: mapRun.maxConcurrency,
      toleratedFailurePercentage: decimal(mapRun.toleratedFailurePercentage),
      toleratedFailureCount: mapRun.toleratedFailureCount,
      itemCounts: mapRun.counts('items'),
      executionCounts: mapRun.counts('executions'),
      redriveCount: mapRun.redriveCount,
      redriveDate: mapRun.redrivenAtMs === undefined ? undefined : seconds(mapRun.redrivenAtMs),
    };
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListMapRuns.html */
export const listMapRuns = defineOperation<StepFunctionsContext, ListMapRunsCommandInput>({
  name: 'ListMapRuns',
  permission: ({ executionArn }) => [statesCall('ListMapRuns', executionArn)],
  handle(context, input) {
    const { executionArn } = input;
    const { mapRuns = [], machine } = context.executions.get(executionArn);
    const page = statesPage(mapRuns.entries(), input, {
      list: `ListMapRuns ${executionArn}`,
      keyOf: ([index]) => String(index),
      isAfter: ([index], key) => index > Number(key),
    });
    return {
      mapRuns: page.entries.map(([, mapRun]) => ({
        executionArn,
        mapRunArn: mapRun.arn,
        stateMachineArn: `${machine.arn}/${mapRun.label}`,
        startDate: seconds(mapRun.startedAtMs),
        stopDate: mapRun.stoppedAtMs === undefined ? undefined : seconds(mapRun.stoppedAtMs),
      })),
      nextToken: page.nextToken,
    };
  },
});

/** Takes effect on a running Map Run at once. https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html */
export const updateMapRun = defineOperation<StepFunctionsContext, UpdateMapRunCommandInput>({
  name: 'UpdateMapRun',
  permission: ({ mapRunArn }) => [statesCall('UpdateMapRun', mapRunArn)],
  handle(context, { mapRunArn, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage }) {
    context.executions.getMapRun(mapRunArn).update({
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
      ...(toleratedFailureCount === undefined ? {} : { toleratedFailureCount }),
      ...(toleratedFailurePercentage === undefined ? {} : { toleratedFailurePercentage }),
    });
    return {};
  },
});
