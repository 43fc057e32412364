import type { HistoryEvent } from '../../../../asl/history.ts';
import { withoutData } from '../logging.ts';
import { seconds } from './seconds.ts';

/** An event as GetExecutionHistory answers it. */
export function renderedEvent(event: HistoryEvent, withData: boolean): object {
  const { id, previousEventId, type, detailsKey, details } = event;
  return {
    timestamp: seconds(event.atMs),
    type,
    id,
    previousEventId,
    ...(detailsKey === undefined ? {} : { [detailsKey]: withData ? details : withoutData(details ?? {}) }),
  };
}
