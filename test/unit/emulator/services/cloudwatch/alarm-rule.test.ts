import { describe, expect, it } from 'vitest';
import {
  alarmsIn,
  parseAlarmRule,
  ruleHolds,
} from '../../../../../harness/emulator/services/cloudwatch/alarms/alarm-rule.ts';

const STATES = { a: 'ALARM', o: 'OK', i: 'INSUFFICIENT_DATA', 'with space': 'ALARM', 'x(y)': 'OK' } as const;
const holds = (text: string) =>
  ruleHolds(parseAlarmRule(text), (name) => STATES[name as keyof typeof STATES]);

describe('the rule of a composite alarm', () => {
  it.each([
    ['TRUE', true],
    ['FALSE', false],
    ['ALARM(a)', true],
    ['ALARM("a")', true],
    ['ALARM ( a )', true],
    ['ALARM(arn:aws:cloudwatch:us-east-1:000000000000:alarm:a)', true],
    ['ALARM("with space")', true],
    ['OK("x(y)")', true],
    ['ALARM(o)', false],
    ['OK(o)', true],
    ['INSUFFICIENT_DATA(i)', true],
    ['OK(missing)', false],
    ['NOT ALARM(o)', true],
    ['NOT NOT ALARM(a)', true],
    ['NOT (ALARM(a) AND OK(o))', false],
    ['ALARM(a) AND ALARM(o)', false],
    ['ALARM(a) OR ALARM(o)', true],
    // AND binds before OR, NOT before both.
    ['ALARM(a) OR ALARM(o) AND FALSE', true],
    ['(ALARM(a) OR ALARM(o)) AND FALSE', false],
    ['NOT ALARM(a) OR TRUE', true],
    ['ALARM(o)\n  OR\tALARM(a)', true],
  ])('%s is %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it.each([
    ['', 0],
    ['ALARM(a) AND', 12],
    ['ALARM(a) ALARM(o)', 9],
    ['ALARM a', 6],
    ['ALARM()', 6],
    ['ALARM(a', 7],
    ['(ALARM(a)', 9],
    ['ALARM(a))', 8],
    ['alarm(a)', 0],
    ['"TRUE"', 0],
    ['ALARM("a)', 6],
    [`${'('.repeat(200)}TRUE${')'.repeat(200)}`, 101],
  ])('refuses %s at its mistake', (text, offset) => {
    expect(() => parseAlarmRule(text)).toThrow(expect.objectContaining({ offset }));
  });

  it('names its alarms once', () => {
    const text = 'ALARM(a) OR (NOT OK("b") AND ALARM(arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a))';
    expect(alarmsIn(parseAlarmRule(text))).toEqual(['a', 'b']);
  });
});
