/**
 * What alarms do when their state changes: they invoke functions. Actions of other services are stored and not carried
 * out, since nothing serves them here.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions.html
 */
import { uuid } from '../../../../core/ids.ts';
import type { FunctionsPort, ServiceEnvironment } from '../../ports.ts';
import { type Alarm, isComposite, type MetricAlarm, type PreviousState, suppressionReason } from './alarm.ts';
import type { AlarmStore } from './alarm-store.ts';

/** Who invokes: the function's policy must name it. */
const PRINCIPAL = 'lambda.alarms.cloudwatch.amazonaws.com';

export const isFunctionArn = (arn: string): boolean => /^arn:[^:]+:lambda:/.test(arn);

export class AlarmActions {
  readonly #env: Pick<ServiceEnvironment, 'clock' | 'random' | 'region' | 'accountId' | 'log'>;
  readonly #alarms: AlarmStore;
  #functions: Pick<FunctionsPort, 'invoke'> | undefined;

  constructor(
    env: Pick<ServiceEnvironment, 'clock' | 'random' | 'region' | 'accountId' | 'log'>,
    alarms: AlarmStore,
  ) {
    this.#env = env;
    this.#alarms = alarms;
  }

  connect(functions: Pick<FunctionsPort, 'invoke'>): void {
    this.#functions = functions;
  }

  /** The call that tells a function of the present state of an alarm, made from what is true now. */
  callOf(alarm: Alarm, functionArn: string, previous: PreviousState): () => Promise<void> {
    const { name, arn } = alarm;
    const isOfComposite = isComposite(alarm);
    const payload = JSON.stringify(this.#event(alarm, previous));
    return async () => {
      const functions = this.#functions;
      if (!functions) return;
      const release = this.#env.clock.hold();
      let failure: string | undefined;
      try {
        const { accountId } = this.#env;
        const callingService = { service: PRINCIPAL, sourceArn: arn, sourceAccount: accountId };
        await functions.invoke({
          functionName: functionArn,
          payload,
          invocationType: 'Event',
          callingService,
        });
      } catch (error) {
        failure = (error as Error).message.replace(PRINCIPAL, 'CloudWatch Alarms');
        this.#env.log(`cloudwatch: alarm ${name} did not invoke ${functionArn}: ${failure}`);
      } finally {
        release();
      }
      this.#alarms.remember({
        alarmName: name,
        ...(isOfComposite ? { isComposite: true } : {}),
        timestampMs: this.#env.clock.nowMs(),
        type: 'Action',
        summary:
          failure === undefined
            ? `Successfully executed action ${functionArn}`
            : `Failed to execute action ${functionArn}. Received error: "${failure}"`,
        data: JSON.stringify({
          actionState: failure === undefined ? 'Succeeded' : 'Failed',
          notificationResource: functionArn,
          publishedMessage: payload,
          ...(failure === undefined ? {} : { error: failure }),
        }),
      });
      this.#alarms.saveIfPossible();
    };
  }

  /** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
  #event(alarm: Alarm, previous: PreviousState): object {
    const { region, accountId } = this.#env;
    const suppressed = isComposite(alarm) ? alarm.suppressed : undefined;
    return {
      source: 'aws.cloudwatch',
      alarmArn: alarm.arn,
      accountId,
      time: eventTime(alarm.stateUpdatedMs),
      region,
      alarmData: {
        alarmName: alarm.name,
        state: {
          value: alarm.state,
          reason: alarm.stateReason,
          ...(alarm.stateReasonData === undefined ? {} : { reasonData: alarm.stateReasonData }),
          timestamp: eventTime(alarm.stateUpdatedMs),
        },
        previousState: {
          value: previous.value,
          reason: previous.reason,
          ...(previous.reasonData === undefined ? {} : { reasonData: previous.reasonData }),
          timestamp: eventTime(previous.timestampMs),
          ...(suppressed && {
            actionsSuppressedBy: suppressed.by,
            actionsSuppressedReason: suppressionReason(suppressed),
          }),
        },
        configuration: isComposite(alarm)
          ? {
              alarmRule: alarm.rule,
              ...(alarm.suppressor && {
                actionsSuppressor: alarm.suppressor.given,
                actionsSuppressorWaitPeriod: alarm.suppressor.waitSeconds,
                actionsSuppressorExtensionPeriod: alarm.suppressor.extensionSeconds,
              }),
            }
          : {
              ...(alarm.description === undefined ? {} : { description: alarm.description }),
              metrics: this.#metricsOf(alarm),
            },
      },
    };
  }

  #metricsOf(alarm: MetricAlarm): object[] {
    if (alarm.queries) {
      return alarm.queries.map(
        ({ Id: id, Expression: expression, Label: label, MetricStat: stat, ReturnData }) => ({
          id,
          ...(expression === undefined ? {} : { expression }),
          ...(label === undefined ? {} : { label }),
          ...(stat && {
            metricStat: {
              metric: metricOf(stat.Metric?.Namespace, stat.Metric?.MetricName, stat.Metric?.Dimensions),
              period: stat.Period,
              stat: stat.Stat,
              ...(stat.Unit === undefined ? {} : { unit: stat.Unit }),
            },
          }),
          returnData: ReturnData ?? true,
        }),
      );
    }
    return [
      {
        id: uuid(this.#env.random),
        metricStat: {
          metric: metricOf(alarm.namespace, alarm.metricName, alarm.dimensions),
          period: alarm.periodSeconds,
          stat: alarm.statistic ?? alarm.extendedStatistic,
          ...(alarm.unit === undefined ? {} : { unit: alarm.unit }),
        },
        returnData: true,
      },
    ];
  }
}

const metricOf = (
  namespace: string | undefined,
  name: string | undefined,
  dimensions: readonly { Name?: string | undefined; Value?: string | undefined }[] = [],
) => ({
  namespace,
  name,
  dimensions: Object.fromEntries(dimensions.map(({ Name = '', Value }) => [Name, Value])),
});

/** `2023-08-04T12:36:15.490+0000` */
export const eventTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');
