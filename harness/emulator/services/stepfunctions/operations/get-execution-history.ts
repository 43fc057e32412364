import { openToken, sealToken } from '../../../http/pages.ts';
import { invalidPaginationToken } from '../errors.ts';
import { LONG_ARN_RULES, readPage } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { renderedEvent } from '../render/history-event.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html */
export const getExecutionHistory = statesOperation({
  name: 'GetExecutionHistory',
  read: (members) => ({
    executionArn: members.text('executionArn', LONG_ARN_RULES),
    reverseOrder: members.optionalBoolean('reverseOrder') ?? false,
    includeExecutionData: members.optionalBoolean('includeExecutionData') ?? true,
    ...readPage(members),
  }),
  handle(context, { executionArn, reverseOrder, includeExecutionData, maxResults, nextToken }) {
    const events = context.executions.get(executionArn).history.events();
    const list = `GetExecutionHistory ${executionArn} ${reverseOrder}`;
    // Ids are gapless from 1: the token holds the id of the page's first event.
    const first =
      nextToken === undefined ? undefined : Number(openToken(list, nextToken, invalidPaginationToken));
    const start = first ?? (reverseOrder ? events.length : 1);
    const page = reverseOrder
      ? events.slice(Math.max(0, start - maxResults), start).reverse()
      : events.slice(start - 1, start - 1 + maxResults);
    const next = reverseOrder ? start - maxResults : start + maxResults;
    const more = reverseOrder ? next >= 1 : next <= events.length;
    return {
      events: page.map((event) => renderedEvent(event, includeExecutionData)),
      nextToken: more ? sealToken(list, String(next)) : undefined,
    };
  },
});
