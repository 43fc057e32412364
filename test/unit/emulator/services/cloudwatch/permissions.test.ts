import { describe, expect, it } from 'vitest';
import { decodeMembers } from '../../../../../harness/emulator/http/model/decode.ts';
import { ServiceModel } from '../../../../../harness/emulator/http/model/service-model.ts';
import { validationMessage, violationsOf } from '../../../../../harness/emulator/http/model/validate.ts';
import table from '../../../../../harness/emulator/models/cloudwatch.json' with { type: 'json' };
import type { CloudWatchContext } from '../../../../../harness/emulator/services/cloudwatch/context.ts';
import { brokenConstraints } from '../../../../../harness/emulator/services/cloudwatch/errors.ts';
import { operations } from '../../../../../harness/emulator/services/cloudwatch/operations/index.ts';

const env = { region: 'us-east-1', accountId: '000000000000' };
const context = { env, alarms: { alarms: new Map() } } as unknown as CloudWatchContext;
const model = new ServiceModel(table);
const arn = (name: string) => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;

const decoded = (name: string, input: object) =>
  decodeMembers(model, model.inputOf(name)!, input as never, 'json');
const callsOf = (name: string, input: object) =>
  operations
    .find((one) => one.name === name)!
    .permission(decoded(name, input) as never, context, undefined as never);
const membersOf = (name: string) => Object.keys(model.inputOf(name)?.members ?? {});
const names = operations.map(({ name }) => name);

describe('permissions of CloudWatch', () => {
  it('exist for every operation, which AWS has', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(model.operation(name), name).toBeDefined();
  });

  it.each(names)('%s reads no member that it does not have', (name) => {
    const foreign = { AlarmName: 'x', AlarmNames: ['x'], ResourceARN: 'x', Namespace: 'x' };
    const given = Object.fromEntries(
      Object.entries(foreign).filter(([member]) => !membersOf(name).includes(member)),
    );
    expect(callsOf(name, given)).toEqual(callsOf(name, {}));
  });

  it.each(names.filter((name) => membersOf(name).includes('AlarmNames')))(
    '%s asks about every alarm',
    (name) => {
      expect(callsOf(name, { AlarmNames: ['a', 'b'] }).map(({ resource }) => resource)).toEqual([
        arn('a'),
        arn('b'),
      ]);
    },
  );

  it.each(['PutMetricAlarm', 'SetAlarmState', 'DescribeAlarmHistory'])('%s asks about its alarm', (name) => {
    expect(callsOf(name, { AlarmName: 'a' })).toEqual([{ action: `cloudwatch:${name}`, resource: arn('a') }]);
  });

  it('PutMetricData tells its namespace', () => {
    expect(callsOf('PutMetricData', { Namespace: 'N' })).toEqual([
      { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': 'N' } },
    ]);
  });
});

describe('broken constraints of metric operations', () => {
  const refusal = (name: string, input: object) => {
    const violations = violationsOf(model, name, decoded(name, input));
    const { code, message } = brokenConstraints(validationMessage(violations), violations, name);
    return { code, message };
  };
  it.each([
    [
      { MetricData: [{ MetricName: 'm' }] },
      { code: 'MissingParameter', message: 'The parameter Namespace is required.' },
    ],
    [
      { Namespace: 'N', MetricData: [{ MetricName: 'm' }, {}] },
      { code: 'MissingParameter', message: 'The parameter MetricData.member.2.MetricName is required.' },
    ],
    [
      { Namespace: 'N', MetricData: [{ MetricName: 'm', Unit: 'Furlongs' }] },
      {
        code: 'InvalidParameterValue',
        message: 'The value Furlongs for parameter MetricData.member.1.Unit is invalid.',
      },
    ],
    [
      { Namespace: 'N', MetricData: [{ MetricName: 'm', Dimensions: [{ Name: 'a', Value: '' }] }] },
      {
        code: 'InvalidParameterValue',
        message: 'The value  for parameter MetricData.member.1.Dimensions.member.1.Value is invalid.',
      },
    ],
    [
      {
        Namespace: 'N',
        MetricData: [
          {
            MetricName: 'm',
            Dimensions: Array.from({ length: 31 }, (_, i) => ({ Name: `n${i}`, Value: 'v' })),
          },
        ],
      },
      {
        code: 'InvalidParameterValue',
        message: 'The collection MetricData.member.1.Dimensions must not have a size greater than 30.',
      },
    ],
  ])('%j', (input, expected) => {
    expect(refusal('PutMetricData', input)).toEqual(expected);
  });

  it('are told in the words of the model for alarms', () => {
    expect(refusal('SetAlarmState', { AlarmName: 'a', StateReason: '' })).toEqual({
      code: 'ValidationError',
      message:
        "1 validation error detected: Value null at 'stateValue' failed to satisfy constraint: Member must not be null",
    });
  });
});
