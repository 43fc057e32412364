import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Validated } from '../../../http/operation.ts';
import { defineOperation } from '../../../http/operation.ts';
import { type AlarmSettings, isComposite } from '../alarms/alarm.ts';
import { COMPARISON_OPERATORS, TREATMENTS } from '../alarms/judge-alarm.ts';
import { checkNewTags } from '../alarms/tags.ts';
import type { CloudWatchContext } from '../context.ts';
import { invalidCombination, missingParameter, nameTaken, validationError } from '../errors.ts';
import { metricOf } from '../metrics/metric.ts';
import { parseQueries } from '../metrics/metric-query.ts';
import { checkPeriod } from '../metrics/period.ts';
import { statisticOf } from '../metrics/statistics.ts';
import { currentOf, putAlarmCalls, storeAlarm } from './put-alarm.ts';

type Input = Validated<PutMetricAlarmCommandInput>;

/** An alarm looks back a day at most, or a week with periods of an hour and more. */
const MAX_EVALUATED_SECONDS = 86_400;
const MAX_EVALUATED_LONG_SECONDS = 7 * 86_400;

export const putMetricAlarm = defineOperation<CloudWatchContext, PutMetricAlarmCommandInput>({
  name: 'PutMetricAlarm',
  permission: (input, context) => putAlarmCalls('PutMetricAlarm', input, context),
  handle(context, input) {
    const { env, alarms, watch } = context;
    watch.catchUp();
    const before = alarms.alarms.get(input.AlarmName);
    if (before && isComposite(before)) throw nameTaken(input.AlarmName, 'CompositeAlarm');
    if (!before) checkNewTags(input.Tags);
    const settings = parseSettings(input);
    const nowMs = env.clock.nowMs();
    const current = currentOf(context, settings.name, { before, tags: input.Tags, nowMs });
    storeAlarm(context, { ...settings, ...current, evaluatedMs: nowMs }, before !== undefined);
    watch.save();
    return {};
  },
});

function parseSettings(input: Input): AlarmSettings {
  const { EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, Threshold, TreatMissingData } = input;
  if (EvaluationPeriods === undefined) throw missingParameter('The parameter EvaluationPeriods is required.');
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods) {
    throw validationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods');
  }
  if (ComparisonOperator === undefined) {
    throw missingParameter('The parameter ComparisonOperator is required.');
  }
  if (Threshold === undefined || !COMPARISON_OPERATORS.includes(ComparisonOperator)) {
    throw missingParameter(
      'The parameter Threshold is required; alarms on a band of expected values are not served.',
    );
  }
  if (!Number.isFinite(Threshold)) throw validationError('Threshold must be a finite number');
  if (TreatMissingData !== undefined && !TREATMENTS.includes(TreatMissingData)) {
    throw validationError(
      `The value ${TreatMissingData} is not supported for TreatMissingData parameter. Supported values are [${TREATMENTS.join(', ')}].`,
    );
  }
  const { AlarmDescription, EvaluateLowSampleCountPercentile: lowSamples, Metrics = [] } = input;
  return {
    name: input.AlarmName,
    ...(AlarmDescription === undefined ? {} : { description: AlarmDescription }),
    actionsEnabled: input.ActionsEnabled ?? true,
    okActions: input.OKActions ?? [],
    alarmActions: input.AlarmActions ?? [],
    insufficientDataActions: input.InsufficientDataActions ?? [],
    evaluationPeriods: EvaluationPeriods,
    ...(DatapointsToAlarm === undefined ? {} : { datapointsToAlarm: DatapointsToAlarm }),
    threshold: Threshold,
    comparison: ComparisonOperator,
    ...(TreatMissingData === undefined ? {} : { treatMissingData: TreatMissingData }),
    ...(lowSamples === undefined ? {} : { evaluateLowSampleCountPercentile: lowSamples }),
    ...(Metrics.length > 0 ? onMath(input, Metrics) : onMetric(input, EvaluationPeriods)),
  };
}

function onMath(input: Input, queries: NonNullable<Input['Metrics']>): Partial<AlarmSettings> {
  if (input.MetricName !== undefined) {
    throw invalidCombination(
      'The parameters MetricName and Metrics are mutually exclusive and you have specified both.',
    );
  }
  const returned = parseQueries(queries, 'Metrics').filter(({ returnData }) => returnData);
  if (returned.length > 1) {
    throw validationError('Exactly one element of the metrics list should return data.');
  }
  return { queries };
}

function onMetric(input: Input, evaluationPeriods: number): Partial<AlarmSettings> {
  const { Statistic: statistic, ExtendedStatistic: extendedStatistic, Period, Unit } = input;
  if (statistic !== undefined && extendedStatistic !== undefined) {
    throw invalidCombination(
      'The parameters Statistic and ExtendedStatistic are mutually exclusive and you have specified both.',
    );
  }
  if (statistic === undefined && extendedStatistic === undefined) {
    throw missingParameter(
      'At least one of the parameters Statistic and ExtendedStatistic must be specified.',
    );
  }
  if (extendedStatistic !== undefined && !statisticOf(extendedStatistic)) {
    throw validationError(`The value ${extendedStatistic} for parameter ExtendedStatistic is not supported.`);
  }
  for (const member of ['Period', 'Namespace', 'MetricName'] as const) {
    if (input[member] === undefined) throw missingParameter(`The parameter ${member} is required.`);
  }
  const periodSeconds = checkPeriod(Period!);
  const longest = periodSeconds >= 3600 ? MAX_EVALUATED_LONG_SECONDS : MAX_EVALUATED_SECONDS;
  if (periodSeconds * evaluationPeriods > longest) {
    throw validationError(
      `Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  }
  const { namespace, name: metricName, dimensions } = metricOf(input);
  return {
    namespace,
    metricName,
    dimensions,
    ...(statistic === undefined ? {} : { statistic }),
    ...(extendedStatistic === undefined ? {} : { extendedStatistic }),
    periodSeconds,
    ...(Unit === undefined ? {} : { unit: Unit }),
  };
}
