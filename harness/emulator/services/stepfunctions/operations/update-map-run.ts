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
    context.executions.getMapRun(mapRunArn).update({
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
      ...(toleratedFailureCount === undefined ? {} : { toleratedFailureCount }),
      ...(toleratedFailurePercentage === undefined ? {} : { toleratedFailurePercentage }),
    });
    return {};
  },
});
