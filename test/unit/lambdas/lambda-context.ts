import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { Telemetry } from '../../../lambdas/shared/telemetry.ts';

export function lambdaContext(overrides: Partial<Context> = {}): Context {
  return {
    awsRequestId: '11111111-2222-4333-8444-555555555555',
    functionName: 'cosmicai-test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:cosmicai-test',
    memoryLimitInMB: '1769',
    logGroupName: '/aws/lambda/cosmicai-test',
    logStreamName: 'stream',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => 900_000,
    done: () => {},
    fail: () => {},
    succeed: () => {},
    ...overrides,
  };
}

/** Telemetry that says nothing. */
export function silentTelemetry(): Telemetry {
  const quiet = { log() {}, info() {}, warn() {}, error() {}, debug() {} } as unknown as Console;
  const metrics = new Metrics({
    namespace: 'Test',
    serviceName: 'test',
    logger: { debug() {}, warn() {}, error() {}, info() {} },
  });
  (metrics as unknown as { console: Console }).console = quiet;
  return { logger: new Logger({ serviceName: 'test', logLevel: 'SILENT' }), metrics };
}
