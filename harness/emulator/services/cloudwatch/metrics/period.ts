import { invalidValue } from '../errors.ts';

const PERIODS_BELOW_A_MINUTE = [1, 5, 10, 20, 30];

/** Seconds: 1, 5, 10, 20, 30 or whole minutes. @throws AwsError InvalidParameterValue */
export function checkPeriod(seconds: number): number {
  if (PERIODS_BELOW_A_MINUTE.includes(seconds) || (seconds >= 60 && seconds % 60 === 0)) return seconds;
  throw invalidValue(`The value ${seconds} for parameter Period is invalid.`);
}
