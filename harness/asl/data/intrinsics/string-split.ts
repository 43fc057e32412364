import { type Intrinsic, stringArgument } from './intrinsic.ts';

/** States.StringSplit(text, delimiters): splits at each of the characters; empty parts are left out. */
export const stringSplit: Intrinsic = {
  minArguments: 2,
  maxArguments: 2,
  apply([value, delimiterValue]) {
    const text = stringArgument(value);
    const delimiters = new Set(stringArgument(delimiterValue));
    const parts: string[] = [];
    let part = '';
    for (const character of text) {
      if (!delimiters.has(character)) {
        part += character;
      } else if (part !== '') {
        parts.push(part);
        part = '';
      }
    }
    if (part !== '') parts.push(part);
    return parts;
  },
};
