import type { JsonObject } from '../../../../core/json.ts';
import type { AlarmSettings } from '../alarms/alarm.ts';
import { COMPARISON_OPERATORS, TREATMENTS } from '../alarms/judge-alarm.ts';
import { alarmArn, type CloudWatchOperation } from '../context.ts';
import { invalidCombination, missingParameter, validationError } from '../errors.ts';
import { parseQueries } from '../metrics/metric-query.ts';
import { BASIC_STATISTICS, statisticOf } from '../metrics/statistics.ts';
import {
  checkPeriod,
  dimensionList,
  objects,
  optionalBoolean,
  optionalEnum,
  optionalInteger,
  optionalNumber,
  optionalText,
  optionalUnit,
  requiredText,
  texts,
} from '../parameters.ts';
import { checkTags, tagsOf } from '../tags.ts';

/** An alarm looks back a day at most, or a week with periods of an hour and more. */
const MAX_EVALUATED_SECONDS = 86_400;
const MAX_EVALUATED_LONG_SECONDS = 7 * 86_400;

export const putMetricAlarm: CloudWatchOperation = {
  name: 'PutMetricAlarm',
  handle({ env, alarms, watch }, input) {
    watch.catchUp();
    const before = alarms.alarms.get(String(input['AlarmName']));
    checkTags(input, before !== undefined);
    const settings = parseSettings(input);
    const nowMs = env.clock.nowMs();
    alarms.alarms.set(settings.name, {
      ...settings,
      arn: alarmArn(env, settings.name),
      configuredMs: nowMs,
      state: before?.state ?? 'INSUFFICIENT_DATA',
      stateReason: before?.stateReason ?? 'Unchecked: Initial alarm creation',
      ...(before?.stateReasonData === undefined ? {} : { stateReasonData: before.stateReasonData }),
      stateUpdatedMs: before?.stateUpdatedMs ?? nowMs,
      stateTransitionedMs: before?.stateTransitionedMs ?? nowMs,
      evaluatedMs: nowMs,
      // Tags of an alarm that is there already are changed by TagResource alone.
      tags: before?.tags ?? tagsOf(input),
    });
    alarms.remember({
      alarmName: settings.name,
      timestampMs: nowMs,
      type: 'ConfigurationUpdate',
      summary: before ? `Alarm "${settings.name}" updated` : `Alarm "${settings.name}" created`,
      data: JSON.stringify({ version: '1.0', type: before ? 'Update' : 'Create' }),
    });
    alarms.save();
    return {};
  },
};

function parseSettings(input: JsonObject): AlarmSettings {
  const evaluationPeriods = optionalInteger(input, 'EvaluationPeriods');
  if (evaluationPeriods === undefined) throw missingParameter('The parameter EvaluationPeriods is required.');
  const datapointsToAlarm = optionalInteger(input, 'DatapointsToAlarm');
  if (datapointsToAlarm !== undefined && datapointsToAlarm > evaluationPeriods) {
    throw validationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods');
  }
  const comparison = optionalEnum(input, 'ComparisonOperator', COMPARISON_OPERATORS);
  if (comparison === undefined) throw missingParameter('The parameter ComparisonOperator is required.');
  const threshold = optionalNumber(input, 'Threshold');
  if (threshold === undefined) {
    throw missingParameter(
      'The parameter Threshold is required; alarms on a band of expected values are not served.',
    );
  }
  const treatMissingData = optionalText(input, 'TreatMissingData');
  if (treatMissingData !== undefined && !TREATMENTS.includes(treatMissingData)) {
    throw validationError(
      `The value ${treatMissingData} is not supported for TreatMissingData parameter. Supported values are [${TREATMENTS.join(', ')}].`,
    );
  }
  const description = optionalText(input, 'AlarmDescription');
  const lowSamples = optionalText(input, 'EvaluateLowSampleCountPercentile');
  const settings: AlarmSettings = {
    name: requiredText(input, 'AlarmName'),
    ...(description === undefined ? {} : { description }),
    actionsEnabled: optionalBoolean(input, 'ActionsEnabled') ?? true,
    okActions: texts(input, 'OKActions'),
    alarmActions: texts(input, 'AlarmActions'),
    insufficientDataActions: texts(input, 'InsufficientDataActions'),
    evaluationPeriods,
    ...(datapointsToAlarm === undefined ? {} : { datapointsToAlarm }),
    threshold,
    comparison,
    ...(treatMissingData === undefined ? {} : { treatMissingData }),
    ...(lowSamples === undefined ? {} : { evaluateLowSampleCountPercentile: lowSamples }),
  };
  const queries = objects(input, 'Metrics');
  return {
    ...settings,
    ...(queries.length > 0 ? onMath(input, queries) : onMetric(input, evaluationPeriods)),
  };
}

function onMath(input: JsonObject, queries: readonly JsonObject[]): Partial<AlarmSettings> {
  if (optionalText(input, 'MetricName') !== undefined) {
    throw invalidCombination(
      'The parameters MetricName and Metrics are mutually exclusive and you have specified both.',
    );
  }
  const returned = parseQueries(input, 'Metrics').filter(({ returnData }) => returnData);
  if (returned.length > 1) {
    throw validationError('Exactly one element of the metrics list should return data.');
  }
  return { queries };
}

function onMetric(input: JsonObject, evaluationPeriods: number): Partial<AlarmSettings> {
  const statistic = optionalEnum(input, 'Statistic', BASIC_STATISTICS);
  const extendedStatistic = optionalText(input, 'ExtendedStatistic');
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
  const period = optionalInteger(input, 'Period');
  if (period === undefined) throw missingParameter('The parameter Period is required.');
  const periodSeconds = checkPeriod(period);
  const longest = periodSeconds >= 3600 ? MAX_EVALUATED_LONG_SECONDS : MAX_EVALUATED_SECONDS;
  if (periodSeconds * evaluationPeriods > longest) {
    throw validationError(
      `Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  }
  const unit = optionalUnit(input);
  return {
    namespace: requiredText(input, 'Namespace'),
    metricName: requiredText(input, 'MetricName'),
    dimensions: dimensionList(input),
    ...(statistic === undefined ? {} : { statistic }),
    ...(extendedStatistic === undefined ? {} : { extendedStatistic }),
    periodSeconds,
    ...(unit === undefined ? {} : { unit }),
  };
}
