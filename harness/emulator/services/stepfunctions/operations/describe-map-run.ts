import { decimal } from '../../../../core/json.ts';
import { LONG_ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
export const describeMapRun = statesOperation({
  name: 'DescribeMapRun',
  read: (members) => ({ mapRunArn: members.text('mapRunArn', LONG_ARN_RULES) }),
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
