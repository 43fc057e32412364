/**
 * Cases that are not run, each with its reason; reviewed by hand. Everything else in the corpus must pass.
 * A case stands here by its id, or all cases of a reason by what they need.
 */
import type { Case } from './corpus.ts';

/** Services whose integrations this emulator does not serve. */
const NOT_SERVED: Readonly<Record<string, string>> = {
  apigateway: 'API Gateway is not emulated',
  dynamodb: 'DynamoDB is not emulated',
  events: 'EventBridge is not emulated',
  kms: 'KMS is not emulated',
  secretsmanager: 'Secrets Manager is not emulated',
  sns: 'SNS is not emulated',
  sqs: 'SQS is not emulated',
};

const DATES_LOST = 'the corpus shows different dates of the inputs as the same word';

const BY_ID: Readonly<Record<string, string>> = {
  'choice_operators/test_timestamp_operators::TestTimestamps::test_timestamp_greater_than_equals_path':
    DATES_LOST,
  'choice_operators/test_timestamp_operators::TestTimestamps::test_timestamp_less_than_equals': DATES_LOST,
};

/** Why a case is left out; undefined when it is to be run. */
export function reasonToLeaveOut(one: Case): string | undefined {
  const listed = BY_ID[one.id];
  if (listed !== undefined) return listed;
  if (one.lambdas?.some(({ behaviour }) => behaviour === 'unspecified')) {
    return 'the corpus does not say what the function does';
  }
  if (one.steps?.some(({ service }) => service === 'cloudformation')) return 'CloudFormation is not emulated';
  // Mocked and tested states do not reach the service, nor does a machine that is never started.
  if (one.mockConfig !== undefined || one.kind === 'test-state') return undefined;
  if (one.kind === 'transcript' && !one.steps?.some(({ op }) => op.startsWith('Start'))) return undefined;
  const missing = one.needs.find((need) => need in NOT_SERVED);
  return missing === undefined ? undefined : NOT_SERVED[missing];
}
