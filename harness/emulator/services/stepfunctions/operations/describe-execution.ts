import { LONG_ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { describedExecution } from '../render/describe-execution.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html */
export const describeExecution = statesOperation({
  name: 'DescribeExecution',
  read: (members) => ({
    executionArn: members.text('executionArn', LONG_ARN_RULES),
    includedData: members.optionalText('includedData', { values: ['ALL_DATA', 'METADATA_ONLY'] }),
  }),
  handle: (context, { executionArn, includedData }) =>
    describedExecution(context.executions.getDescribable(executionArn), includedData !== 'METADATA_ONLY'),
});
