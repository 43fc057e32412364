import type { PutCompositeAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { defineOperation, type Validated } from '../../../http/operation.ts';
import { type CompositeAlarm, type CompositeSettings, isComposite } from '../alarms/alarm.ts';
import {
  type AlarmRule,
  AlarmRuleError,
  alarmNameOf,
  alarmsIn,
  parseAlarmRule,
} from '../alarms/alarm-rule.ts';
import { checkNewTags } from '../alarms/tags.ts';
import type { CloudWatchContext } from '../context.ts';
import { missingParameter, nameTaken, validationError } from '../errors.ts';
import { currentOf, putAlarmCalls, storeAlarm } from './put-alarm.ts';

type Input = Validated<PutCompositeAlarmCommandInput>;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
const MAX_CHILDREN = 100;

export const putCompositeAlarm = defineOperation<CloudWatchContext, PutCompositeAlarmCommandInput>({
  name: 'PutCompositeAlarm',
  permission: (input, context) => putAlarmCalls('PutCompositeAlarm', input, context),
  handle(context, input) {
    const { env, alarms, watch } = context;
    watch.catchUp();
    const before = alarms.alarms.get(input.AlarmName);
    if (before && !isComposite(before)) throw nameTaken(input.AlarmName, 'MetricAlarm');
    if (!before) checkNewTags(input.Tags);
    const settings = parseSettings(context, input);
    const nowMs = env.clock.nowMs();
    const alarm: CompositeAlarm = {
      ...settings,
      ...currentOf(context, settings.name, { before, tags: input.Tags, nowMs }),
    };
    storeAlarm(context, alarm, before !== undefined);
    watch.composites.evaluatePut(alarm, before === undefined, nowMs);
    watch.save();
    return {};
  },
});

function parseSettings(context: CloudWatchContext, input: Input): CompositeSettings {
  const { AlarmName: name, AlarmRule: rule, AlarmDescription: description } = input;
  const children = alarmsIn(parseRule(rule));
  if (children.length > MAX_CHILDREN) {
    throw validationError(`AlarmRule must not reference more than ${MAX_CHILDREN} alarms.`);
  }
  const missing = children.filter((child) => child !== name && !context.alarms.alarms.has(child));
  if (missing.length > 0) {
    throw validationError(
      `Could not save the composite alarm as alarms [${missing.join(', ')}] in the alarm rule do not exist`,
    );
  }
  const suppressor = parseSuppressor(context, input);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    actionsEnabled: input.ActionsEnabled ?? true,
    okActions: input.OKActions ?? [],
    alarmActions: input.AlarmActions ?? [],
    insufficientDataActions: input.InsufficientDataActions ?? [],
    rule,
    ...(suppressor === undefined ? {} : { suppressor }),
  };
}

function parseRule(text: string): AlarmRule {
  if (text.trim() !== text) {
    throw validationError('AlarmRule must not contain leading or trailing whitespace or be null');
  }
  try {
    return parseAlarmRule(text);
  } catch (error) {
    if (!(error instanceof AlarmRuleError)) throw error;
    throw validationError(`AlarmRule is not valid: ${error.message}.`);
  }
}

function parseSuppressor({ alarms }: CloudWatchContext, input: Input): CompositeSettings['suppressor'] {
  const {
    ActionsSuppressor: given,
    ActionsSuppressorWaitPeriod: waitSeconds,
    ActionsSuppressorExtensionPeriod: extensionSeconds,
  } = input;
  if (given === undefined) {
    if (waitSeconds === undefined && extensionSeconds === undefined) return undefined;
    throw missingParameter('The parameter ActionsSuppressor is required.');
  }
  if (waitSeconds === undefined)
    throw missingParameter('The parameter ActionsSuppressorWaitPeriod is required.');
  if (extensionSeconds === undefined)
    throw missingParameter('The parameter ActionsSuppressorExtensionPeriod is required.');
  const alarmName = alarmNameOf(given);
  if (!alarms.alarms.has(alarmName)) {
    throw validationError(
      `Could not save the composite alarm as the ActionsSuppressor alarm [${given}] does not exist`,
    );
  }
  return { alarmName, given, waitSeconds, extensionSeconds };
}
