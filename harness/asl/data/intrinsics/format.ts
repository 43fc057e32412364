import { isJsonObject, type Json, memberName } from '../../../core/json.ts';
import { type Intrinsic, IntrinsicError, stringArgument } from './intrinsic.ts';

/** States.Format(template, ...): each `{}` is replaced by the next argument; `\{`, `\}`, `\'` and `\\` stand for themselves. */
export const format: Intrinsic = {
  minArguments: 1,
  maxArguments: Number.POSITIVE_INFINITY,
  apply([templateValue, ...values], { literalTemplate }) {
    const pieces = splitTemplate(literalTemplate ?? stringArgument(templateValue));
    if (pieces.length - 1 !== values.length) {
      throw new IntrinsicError(': number of arguments do not match the occurrences of {}.');
    }
    return pieces.reduce((text, piece, i) => text + javaText(values[i - 1] ?? null) + piece);
  },
};

/** The texts between the `{}`. */
function splitTemplate(template: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (let i = 0; i < template.length; i++) {
    const character = template[i]!;
    if (character === '\\' && "\\'{}".includes(template[i + 1] ?? ' ')) {
      piece += template[++i]!;
    } else if (character === '{') {
      if (template[i + 1] !== '}') throw new IntrinsicError(": matching '}' not found for '{'.", 'template');
      i++;
      pieces.push(piece);
      piece = '';
    } else if (character === '}') {
      throw new IntrinsicError(": matching '{' not found for '}'.", 'template');
    } else {
      piece += character;
    }
  }
  pieces.push(piece);
  return pieces;
}

/**
 * How AWS prints an argument: texts bare, objects as Java maps, `{Id=arn, Name=x}` (recorded in conformance case
 * generic_context_json_path).
 */
function javaText(value: Json): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([key, member]) => `${memberName(key)}=${javaText(member)}`);
    return `{${members.join(', ')}}`;
  }
  return String(value);
}
