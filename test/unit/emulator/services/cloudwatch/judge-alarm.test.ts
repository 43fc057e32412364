import { describe, expect, it } from 'vitest';
import { judgeAlarm } from '../../../../../harness/emulator/services/cloudwatch/alarms/judge-alarm.ts';

const MINUTE_MS = 60_000;

/**
 * The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html: datapoints
 * oldest first, `0` fine, `X` breaching, `-` missing; then the states for missing, ignore, breaching, notBreaching.
 */
const THREE_OF_THREE: string[][] = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 'INSUFFICIENT_DATA', 'stays', 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', 'stays', 'ALARM', 'OK'],
];
const TWO_OF_THREE: string[][] = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - X', 'ALARM', 'stays', 'ALARM', 'OK'],
];

describe('an alarm with missing datapoints', () => {
  it.each([
    ...THREE_OF_THREE.map(([points, ...states]) => ({ needed: 3, points: points!, states })),
    ...TWO_OF_THREE.map(([points, ...states]) => ({ needed: 2, points: points!, states })),
  ])('$needed of 3: $points', ({ needed, points, states }) => {
    const newestFirst = points.split(' ').reverse();
    const windows = newestFirst.map((_, i) => -i * MINUTE_MS);
    const datapoints = new Map(
      newestFirst.flatMap((point, i) =>
        point === '-'
          ? []
          : [[-i * MINUTE_MS, { atMs: -i * MINUTE_MS, value: point === 'X' ? 9 : 1 }] as const],
      ),
    );
    const found = ['missing', 'ignore', 'breaching', 'notBreaching'].map(
      (treatMissingData) =>
        judgeAlarm(
          {
            evaluationPeriods: 3,
            datapointsToAlarm: needed,
            threshold: 5,
            comparison: 'GreaterThanThreshold',
            treatMissingData,
          },
          windows,
          datapoints,
          'OK',
        )?.state ?? 'stays',
    );
    expect(found).toEqual(states);
  });

  it('says why as AWS does', () => {
    const rules = { evaluationPeriods: 2, threshold: 2, comparison: 'GreaterThanThreshold' };
    const judge = (treatMissingData: string, values: number[]) =>
      judgeAlarm(
        { ...rules, treatMissingData },
        [MINUTE_MS, 0],
        new Map(values.map((value, i) => [i * MINUTE_MS, { atMs: i * MINUTE_MS, value }])),
        'OK',
      )?.reason;
    expect(judge('breaching', [])).toBe(
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
    );
    expect(judge('missing', [])).toBe('Insufficient Data: 2 datapoints were unknown.');
    expect(judge('missing', [3, 1e7])).toBe(
      'Threshold Crossed: 2 datapoints [1.0E7 (01/01/70 00:01:00), 3.0 (01/01/70 00:00:00)] were greater than the threshold (2.0).',
    );
    expect(judge('missing', [1, 3])).toBe(
      'Threshold Crossed: 1 datapoint [1.0 (01/01/70 00:00:00)] was not greater than the threshold (2.0).',
    );
  });
});
