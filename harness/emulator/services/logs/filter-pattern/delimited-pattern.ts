/** `[ip, ..., status=4*, bytes > 1000]`: the message's fields by position. */
import { type ComparisonOperator, comparison } from './comparison.ts';
import { invalidPattern, type MessageFilter } from './message-filter.ts';

type FieldFilter = (field: string) => boolean;

/** `...` in a pattern: any number of fields. */
const REST = Symbol('rest');

const CONDITION = /^([\w]+)\s*(?:(=|!=|<=|>=|<|>)\s*(?:"([^"]*)"|%([^%]+)%|(\S+)))?$/;

/** @throws AwsError InvalidParameterException */
export function parseDelimitedPattern(text: string): MessageFilter {
  if (!text.endsWith(']')) throw invalidPattern();
  const slots = text.slice(1, -1).split(',').map(parseSlot);
  const rest = slots.indexOf(REST);
  const fields = slots.filter((slot) => slot !== REST) as FieldFilter[];
  if (slots.length - fields.length > 1) throw invalidPattern();
  return (message) => {
    const actual = splitFields(message);
    if (rest < 0) return actual.length === fields.length && fields.every((matches, i) => matches(actual[i]!));
    if (actual.length < fields.length) return false;
    const skipped = actual.length - fields.length;
    return fields.every((matches, i) => matches(actual[i < rest ? i : i + skipped]!));
  };
}

function parseSlot(text: string): FieldFilter | typeof REST {
  const slot = text.trim();
  if (slot === '...') return REST;
  // `status=200 || status=404`, `a=1 && a!=2`: alternatives of one field.
  const alternatives = slot
    .split('||')
    .map((part) => part.split('&&').map((one) => parseCondition(one.trim())));
  return (field) => alternatives.some((all) => all.every((matches) => matches(field)));
}

function parseCondition(text: string): FieldFilter {
  if (text === '') return () => true;
  const match = CONDITION.exec(text);
  if (!match) throw invalidPattern();
  const [, , operator, phrase, regex, word] = match;
  if (!operator) return () => true;
  return comparison(operator as ComparisonOperator, {
    text: phrase ?? regex ?? word!,
    quoted: phrase !== undefined,
    isRegex: regex !== undefined,
  });
}

/**
 * The fields of a message that the pattern matches, each by its name in the pattern (`$status`), or by its place from 1
 * where `...` stands for it (`$3`).
 */
export function delimitedValues(text: string, message: string): { [name: string]: string } {
  const names = text
    .slice(1, -1)
    .split(',')
    .map((slot) => /^\w+|^\.\.\./.exec(slot.trim())?.[0] ?? '');
  const fields = splitFields(message);
  const skipped = fields.length - (names.length - 1);
  const spread = names.flatMap((name) => (name === '...' ? Array<string>(skipped).fill('') : [name]));
  return Object.fromEntries(fields.map((field, i) => [`$${spread[i] || i + 1}`, field]));
}

/** Fields are parted by spaces; brackets and double quotes hold a field together. */
function splitFields(message: string): string[] {
  const found = message.matchAll(/"([^"]*)"|\[([^\]]*)\]|(\S+)/g);
  return [...found].map((match) => (match[1] ?? match[2] ?? match[3])!);
}
