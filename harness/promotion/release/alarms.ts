/** Alarms that every release has: executions that failed or timed out, functions that failed or were throttled. */

export interface AlarmBlueprint {
  name: string;
  description: string;
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  periodSeconds: number;
  /** The alarm goes off above it. */
  threshold: number;
}

const PERIOD_SECONDS = 300;

/**
 * Sums over five minutes; no data is no trouble. Metrics:
 * https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function alarmsFor(
  stateMachines: readonly { name: string; arn: string }[],
  functionNames: readonly string[],
): AlarmBlueprint[] {
  const alarm = (
    name: string,
    description: string,
    namespace: string,
    metric: string,
    dimensions: Record<string, string>,
  ): AlarmBlueprint => {
    return { name, description, namespace, metric, dimensions, periodSeconds: PERIOD_SECONDS, threshold: 0 };
  };
  return [
    ...stateMachines.flatMap(({ name, arn }) => {
      const machine = { StateMachineArn: arn };
      return [
        alarm(
          `${name}-executions-failed`,
          `executions of ${name} failed`,
          'AWS/States',
          'ExecutionsFailed',
          machine,
        ),
        alarm(
          `${name}-executions-timed-out`,
          `executions of ${name} timed out`,
          'AWS/States',
          'ExecutionsTimedOut',
          machine,
        ),
      ];
    }),
    ...functionNames.flatMap((name) => [
      alarm(`${name}-errors`, `invocations of ${name} failed`, 'AWS/Lambda', 'Errors', {
        FunctionName: name,
      }),
      alarm(`${name}-throttles`, `invocations of ${name} were throttled`, 'AWS/Lambda', 'Throttles', {
        FunctionName: name,
      }),
    ]),
  ];
}
