/** `${name}` in scenario texts: values of the matrix and of the dataset. */

import type { Path } from '../document/source.ts';
import type { CellValue } from './matrix.ts';

const REFERENCE = /\$\{([^}]*)\}/g;

/** A reference to a name that is not known. */
export interface UnknownName {
  name: string;
  path: Path;
}

/**
 * Replaces `${name}` throughout `value`. A text that is nothing but one reference becomes the value itself, with
 * its type; otherwise the value's text is put in. Names that are not known are collected and left as they are.
 */
export function substitute(
  value: unknown,
  variables: Readonly<Record<string, CellValue>>,
  unknown: UnknownName[],
  path: Path = [],
): unknown {
  if (typeof value === 'string') return substituteText(value, variables, unknown, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => substitute(item, variables, unknown, [...path, index]));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, variables, unknown, [...path, key])]),
    );
  }
  return value;
}

function substituteText(
  text: string,
  variables: Readonly<Record<string, CellValue>>,
  unknown: UnknownName[],
  path: Path,
): CellValue {
  const lookup = (name: string): CellValue | undefined => {
    if (Object.hasOwn(variables, name)) return variables[name];
    unknown.push({ name, path });
    return undefined;
  };
  const whole = /^\$\{([^}]*)\}$/.exec(text);
  if (whole) return lookup(whole[1]!.trim()) ?? text;
  return text.replace(REFERENCE, (reference, name: string) => String(lookup(name.trim()) ?? reference));
}
