/** Functions on texts and lists: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
import type { Json } from '../../../core/json.ts';
import { isGroup, NO_VALUE, textOf, UNKNOWN, type Value } from '../value.ts';
import { cidrBlocks } from './cidr.ts';
import type { Intrinsic, IntrinsicContext } from './intrinsic.ts';
import { attributeOf, refTo } from './lookup.ts';

/** The list that a value evaluates to; undefined when it is none, which is reported unless a cause already was. */
function listOf(value: Json, context: IntrinsicContext, ...at: (string | number)[]): Value[] | undefined {
  const list = context.evaluate(value, ...at);
  if (Array.isArray(list)) return list;
  if (list !== UNKNOWN) context.wrong('needs a list');
  return undefined;
}

const join: Intrinsic = {
  name: 'Fn::Join',
  evaluate(argument, context) {
    if (!Array.isArray(argument) || argument.length !== 2)
      return context.wrong('needs a delimiter and a list', 'write [",", [a, b]]');
    const delimiter = textOf(context.evaluate(argument[0]!, 0));
    if (delimiter === undefined) return context.wrong('needs a text as its delimiter');
    const list = listOf(argument[1]!, context, 1);
    if (list === undefined || list.includes(UNKNOWN)) return UNKNOWN;
    const texts = list.filter((one) => one !== NO_VALUE).map(textOf);
    if (texts.includes(undefined)) return context.wrong('joins texts, and its list holds something else');
    return texts.join(delimiter);
  },
};

const split: Intrinsic = {
  name: 'Fn::Split',
  evaluate(argument, context) {
    if (!Array.isArray(argument) || argument.length !== 2)
      return context.wrong('needs a delimiter and a text', 'write [",", "a,b"]');
    const delimiter = textOf(context.evaluate(argument[0]!, 0));
    const value = context.evaluate(argument[1]!, 1);
    if (value === UNKNOWN) return UNKNOWN;
    const text = textOf(value);
    if (delimiter === undefined || delimiter === '' || text === undefined)
      return context.wrong('splits a text by a delimiter that is not empty');
    return text.split(delimiter);
  },
};

const select: Intrinsic = {
  name: 'Fn::Select',
  evaluate(argument, context) {
    if (!Array.isArray(argument) || argument.length !== 2)
      return context.wrong('needs an index and a list', 'write [0, [a, b]]');
    const given = context.evaluate(argument[0]!, 0);
    if (given === UNKNOWN) return UNKNOWN;
    const index = Number(textOf(given) ?? Number.NaN);
    const list = listOf(argument[1]!, context, 1);
    if (list === undefined) return UNKNOWN;
    if (!Number.isInteger(index) || index < 0 || index >= list.length)
      return context.wrong(
        `cannot select index ${String(textOf(given) ?? '?')} of a list of ${list.length}`,
        'indexes count from 0',
      );
    return list[index]!;
  },
};

const HOLE = /\$\{(!?)([^${}]+)\}/g;

const sub: Intrinsic = {
  name: 'Fn::Sub',
  evaluate(argument, context) {
    const [text, given] = Array.isArray(argument) ? argument : [argument];
    if (typeof text !== 'string')
      return context.wrong('needs a text, or a text and a group of values', `write "\${Name}"`);
    if (given !== undefined && !isGroup(given))
      return context.wrong('needs a group of values beside its text');
    let isUnknown = false;
    const result = text.replace(HOLE, (_whole, literal: string, rawName: string) => {
      if (literal !== '') return `\${${rawName}}`;
      const name = rawName.trim();
      const value =
        given && Object.hasOwn(given, name)
          ? context.evaluate(given[name]!, 1, name)
          : name.includes('.')
            ? attributeOf(name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.') + 1), context)
            : refTo(name, context);
      if (value === NO_VALUE) return '';
      const found = Array.isArray(value) ? value.map((one) => textOf(one) ?? '').join(',') : textOf(value);
      if (found === undefined) {
        if (value !== UNKNOWN) context.wrong(`cannot put \${${name}} into a text: it is an object`);
        isUnknown = true;
      }
      return found ?? '';
    });
    return isUnknown ? UNKNOWN : result;
  },
};

const base64: Intrinsic = {
  name: 'Fn::Base64',
  evaluate(argument, context) {
    const value = context.evaluate(argument);
    if (value === UNKNOWN) return UNKNOWN;
    const text = textOf(value);
    return text === undefined ? context.wrong('needs a text') : Buffer.from(text, 'utf8').toString('base64');
  },
};

const length: Intrinsic = {
  name: 'Fn::Length',
  evaluate: (argument, context) => listOf(argument, context)?.length ?? UNKNOWN,
};

const toJsonString: Intrinsic = {
  name: 'Fn::ToJsonString',
  evaluate(argument, context) {
    const value = context.evaluate(argument);
    if (value === UNKNOWN || value === NO_VALUE) return value;
    return typeof value === 'object' && value !== null
      ? JSON.stringify(value)
      : context.wrong('needs an object or a list');
  },
};

const cidr: Intrinsic = {
  name: 'Fn::Cidr',
  evaluate(argument, context) {
    if (!Array.isArray(argument) || argument.length < 2 || argument.length > 3)
      return context.wrong('needs a block, a count and, if wanted, the bits of a subnet');
    const values = argument.map((one, index) => context.evaluate(one, index));
    if (values.includes(UNKNOWN)) return UNKNOWN;
    const [block, count, bits = '8'] = values.map(textOf);
    const blocks = cidrBlocks(block ?? '', Number(count), Number(bits));
    return blocks ?? context.wrong(`cannot divide ${block} into ${count} blocks of ${bits} bits`);
  },
};

const getAZs: Intrinsic = {
  name: 'Fn::GetAZs',
  evaluate(argument, context) {
    const value = context.evaluate(argument);
    if (value === UNKNOWN) return UNKNOWN;
    const region = textOf(value) || textOf(context.evaluation.ref('AWS::Region') ?? '') || 'us-east-1';
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },
};

export const textIntrinsics: readonly Intrinsic[] = [
  join,
  split,
  select,
  sub,
  base64,
  length,
  toJsonString,
  cidr,
  getAZs,
];
