import { LinearRegExp } from '../../../../core/linear-regexp.ts';
import { invalidParameter } from '../errors.ts';

/** True when a message is wanted. Case-sensitive. */
export type MessageFilter = (message: string) => boolean;

/** The refusal CloudWatch Logs gives to any pattern it cannot read. */
export const invalidPattern = () => invalidParameter('Invalid filter pattern');

/** Compiles `%...%` content: AWS allows no groups, so neither do we. */
export function compileRegex(source: string): LinearRegExp {
  if (/[()]/.test(source)) throw invalidPattern();
  try {
    return new LinearRegExp(source);
  } catch {
    throw invalidPattern();
  }
}
