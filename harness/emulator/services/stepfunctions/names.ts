import { invalidName } from './errors.ts';

/**
 * What AWS refuses in names of machines, executions and activities: white space, brackets, wildcards, special
 * characters and control characters.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (name)
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]/;

const MAX_CHARACTERS = 80;

/** Throws InvalidName unless `name` has 1 to 80 characters, all of them allowed. */
export function checkName(name: string): string {
  if (name.length === 0 || name.length > MAX_CHARACTERS || FORBIDDEN.test(name)) throw invalidName(name);
  return name;
}
