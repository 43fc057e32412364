import { pageOf } from '../../../http/pages.ts';
import { invalidPaginationToken } from '../errors.ts';
import { LONG_ARN_RULES, readPage } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListMapRuns.html */
export const listMapRuns = statesOperation({
  name: 'ListMapRuns',
  read: (members) => ({ executionArn: members.text('executionArn', LONG_ARN_RULES), ...readPage(members) }),
  handle(context, { executionArn, maxResults, nextToken }) {
    const { mapRuns = [], machine } = context.executions.get(executionArn);
    const page = pageOf(mapRuns.entries(), {
      list: `ListMapRuns ${executionArn}`,
      maxResults,
      nextToken,
      invalidToken: invalidPaginationToken,
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
