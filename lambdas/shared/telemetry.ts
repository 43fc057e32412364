import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { nameTransient } from './s3.ts';

export { MetricUnit };

/** Structured log and metrics (CloudWatch's embedded metric format) of one function. */
export interface Telemetry {
  logger: Logger;
  metrics: Metrics;
}

export function createTelemetry(functionName: string): Telemetry {
  return {
    logger: new Logger({ serviceName: functionName }),
    metrics: new Metrics({ namespace: 'CosmicAI', serviceName: functionName }),
  };
}

type Handler<Result> = (event: unknown, context: Context) => Promise<Result>;

/**
 * Logs the outcome, flushes the metrics, and lets every error out by name: a state machine can only act on a
 * failure that it is told about.
 */
export function observed<Result>({ logger, metrics }: Telemetry, handle: Handler<Result>): Handler<Result> {
  return async (event, context) => {
    logger.addContext(context);
    metrics.captureColdStartMetric(context.functionName);
    try {
      return await handle(event, context);
    } catch (raw) {
      const error = nameTransient(raw);
      metrics.addMetric('Failures', MetricUnit.Count, 1);
      logger.error('failed', error instanceof Error ? error : new Error(String(error)));
      throw error;
    } finally {
      metrics.publishStoredMetrics();
      logger.resetKeys();
    }
  };
}
