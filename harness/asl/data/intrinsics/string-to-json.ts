import { parseJson } from '../../../core/json-parse.ts';
import { type Intrinsic, IntrinsicError, stringArgument } from './intrinsic.ts';

/** States.StringToJson(text): the value it spells; null for the empty text (recorded on AWS). */
export const stringToJson: Intrinsic = {
  minArguments: 1,
  maxArguments: 1,
  apply([value]) {
    const text = stringArgument(value);
    if (text.trim() === '') return null;
    try {
      return parseJson(text);
    } catch {
      throw new IntrinsicError();
    }
  },
};
