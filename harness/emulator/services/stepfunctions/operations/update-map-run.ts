import { LONG_ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';

/** Takes effect on a running Map Run at once. https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html */
export const updateMapRun = statesOperation({
  name: 'UpdateMapRun',
  read: (members) => ({
    mapRunArn: members.text('mapRunArn', LONG_ARN_RULES),
    maxConcurrency: members.optionalNumber('maxConcurrency', { min: 0 }),
    toleratedFailureCount: members.optionalNumber('toleratedFailureCount', { min: 0 }),
    toleratedFailurePercentage: members.optionalNumber('toleratedFailurePercentage', { min: 0, max: 100 }),
  }),
  handle(context, { mapRunArn, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage }) {
    const mapRun = context.executions.getMapRun(mapRunArn);
    if (maxConcurrency !== undefined) mapRun.maxConcurrency = maxConcurrency;
    if (toleratedFailureCount !== undefined) mapRun.toleratedFailureCount = toleratedFailureCount;
    if (toleratedFailurePercentage !== undefined)
      mapRun.toleratedFailurePercentage = toleratedFailurePercentage;
    mapRun.changed();
    return {};
  },
});
