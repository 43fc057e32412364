/** Functions that look something up: parameters, resources, mappings, exports. */
import { nearestName } from '../../../core/nearest-name.ts';
import { isGroup, textOf, UNKNOWN, type Value } from '../value.ts';
import type { Intrinsic, IntrinsicContext } from './intrinsic.ts';

export function refTo(name: string, { evaluation, path }: IntrinsicContext): Value {
  const value = evaluation.ref(name);
  if (value !== undefined) return value;
  const near = nearestName(name, evaluation.names());
  evaluation.report(
    path,
    `${name} is neither a parameter nor a resource of the template`,
    near === undefined ? 'declare it below Parameters or Resources' : `did you mean ${near}?`,
  );
  return UNKNOWN;
}

export function attributeOf(
  logicalId: string,
  attribute: string,
  { evaluation, path }: IntrinsicContext,
): Value {
  const value = evaluation.attribute(logicalId, attribute);
  if (value !== undefined) return value;
  const near = nearestName(logicalId, evaluation.names());
  evaluation.report(
    path,
    `the template has no resource named ${logicalId}`,
    near === undefined ? 'declare it below Resources' : `did you mean ${near}?`,
  );
  return UNKNOWN;
}

const ref: Intrinsic = {
  name: 'Ref',
  evaluate: (argument, context) =>
    typeof argument === 'string'
      ? refTo(argument, context)
      : context.wrong('needs the name of a parameter or resource'),
};

const getAtt: Intrinsic = {
  name: 'Fn::GetAtt',
  evaluate(argument, context) {
    const dot = typeof argument === 'string' ? argument.indexOf('.') : -1;
    const [logicalId, given] =
      typeof argument === 'string'
        ? [argument.slice(0, dot), argument.slice(dot + 1)]
        : Array.isArray(argument)
          ? [argument[0], argument.length > 2 ? argument.slice(1).join('.') : argument[1]]
          : [];
    if ((typeof argument === 'string' && dot < 1) || typeof logicalId !== 'string' || given === undefined)
      return context.wrong('needs a resource and an attribute', 'write Resource.Attribute');
    const attribute = context.evaluate(given, 1);
    if (attribute === UNKNOWN) return UNKNOWN;
    const name = textOf(attribute);
    return name === undefined
      ? context.wrong('needs a text as its attribute')
      : attributeOf(logicalId, name, context);
  },
};

const findInMap: Intrinsic = {
  name: 'Fn::FindInMap',
  evaluate(argument, context) {
    if (!Array.isArray(argument) || argument.length < 3 || argument.length > 4)
      return context.wrong('needs a map, a first key and a second key', 'write [Map, Key, Key]');
    const keys = argument.slice(0, 3).map((one, index) => context.evaluate(one, index));
    if (keys.includes(UNKNOWN)) return UNKNOWN;
    const { evaluation } = context;
    const names = keys.map((one) => evaluation.concrete(textOf(one) ?? '?'));
    const [map, first, second] = names as [string, string, string];
    const level = (group: unknown, key: string) =>
      isGroup(group) && Object.hasOwn(group, key) ? group[key] : undefined;
    const found = level(level(evaluation.mappings[map], first), second);
    if (found !== undefined) return found;
    const options = argument[3];
    if (isGroup(options) && 'DefaultValue' in options)
      return context.evaluate(options['DefaultValue']!, 3, 'DefaultValue');
    if (!Object.hasOwn(evaluation.mappings, map))
      return context.wrong(
        `finds no mapping named ${map}`,
        `mappings: ${Object.keys(evaluation.mappings).join(', ') || 'none'}`,
      );
    return context.wrong(`finds no ${names.slice(1).join('.')} in the mapping ${map}`);
  },
};

const importValue: Intrinsic = {
  name: 'Fn::ImportValue',
  evaluate(argument, context) {
    const value = context.evaluate(argument);
    if (value === UNKNOWN) return UNKNOWN;
    const name = textOf(value);
    if (name === undefined) return context.wrong('needs the name of an export');
    return (
      context.evaluation.importValue(context.evaluation.concrete(name)) ??
      context.wrong(
        `finds no export named ${context.evaluation.concrete(name)}`,
        'give its value as an import',
      )
    );
  },
};

export const lookupIntrinsics: readonly Intrinsic[] = [ref, getAtt, findInMap, importValue];
