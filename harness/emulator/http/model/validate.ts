/**
 * Checks the input of an operation against the constraints of its model, and reports every violation as AWS does:
 * `2 validation errors detected: Value 'x' at 'name' failed to satisfy constraint: ...; ...`.
 * Source of the texts: recorded answers of Lambda, Step Functions, CloudWatch Logs, IAM and STS.
 */
import type { Adjustments, Constraints, ServiceModel, Shape } from './service-model.ts';
import { adjusted, membersOf } from './service-model.ts';

/** One broken constraint. */
export interface Violation {
  /** As AWS writes it: members with a small first letter, list items as `tags.1.member.key`. */
  path: string;
  /** The value as AWS shows it, quotes included, or `null`; undefined for a sensitive value, which AWS leaves out. */
  shown: string | undefined;
  /** `Member must not be null` */
  constraint: string;
}

/** Characters beyond which a pattern is not tried: no valid member that carries a pattern is longer. */
const MAX_PATTERN_CHARACTERS = 64 * 1024;

/**
 * All violations of an input, in the order of the model's members.
 * @param members the decoded input
 * @param adjustments recorded deviations of this operation, by member path without list indexes (`tags.key`)
 */
export function violationsOf(
  model: ServiceModel,
  operation: string,
  members: object,
  adjustments: Adjustments = {},
): Violation[] {
  const shape = model.inputOf(operation);
  if (!shape) return [];
  const found: Violation[] = [];
  const visit = (shapeName: string, value: unknown, path: string, plain: string): void => {
    const adjustment = Object.hasOwn(adjustments, plain) ? adjustments[plain] : undefined;
    const base = model.shape(shapeName);
    const constraints = adjustment ? adjusted(base, adjustment) : base;
    checkOne(constraints, value, (constraint) =>
      found.push({
        path,
        shown: constraints.sensitive ? undefined : show(value, constraints, model),
        constraint,
      }),
    );
    if (constraints.type === 'structure') visitStructure(constraints, value as object, path, plain);
    if (constraints.type === 'list') visitList(constraints, value as unknown[], path, plain);
    if (constraints.type === 'map') visitMap(constraints, value as object, path, plain);
  };
  const visitStructure = (structure: Shape, value: object, path: string, plain: string): void => {
    const prefix = path === '' ? '' : `${path}.`;
    const plainPrefix = plain === '' ? '' : `${plain}.`;
    for (const [name, reference] of membersOf(structure)) {
      const member = (value as { [name: string]: unknown })[name];
      const memberPath = `${prefix}${lowerFirst(name)}`;
      if (member === undefined || member === null) {
        if (structure.required?.includes(name))
          found.push({ path: memberPath, shown: 'null', constraint: 'Member must not be null' });
      } else if (!reference.streaming) visit(reference.shape, member, memberPath, `${plainPrefix}${name}`);
    }
  };
  const visitList = (list: Shape, items: unknown[], path: string, plain: string): void => {
    const { shape: itemName } = list.member!;
    const item = model.shape(itemName);
    if (item.type === 'structure' || item.type === 'list' || item.type === 'map') {
      items.forEach((one, i) => {
        visit(itemName, one, `${path}.${i + 1}.member`, plain);
      });
      return;
    }
    const broken = brokenOf(item, items, list);
    if (broken.length > 0)
      found.push({
        path,
        shown: item.sensitive ? undefined : show(items),
        constraint: `Member must satisfy constraint: [${broken.join(', ')}]`,
      });
  };
  const visitMap = (map: Shape, value: object, path: string, plain: string): void => {
    const keyShape = model.shape(map.key!.shape);
    const brokenKeys = brokenOf(keyShape, Object.keys(value), map);
    if (brokenKeys.length > 0) {
      found.push({
        path,
        shown: keyShape.sensitive ? undefined : show(value, map, model),
        constraint: `Map keys must satisfy constraint: [${brokenKeys.join(', ')}]`,
      });
    }
    const valueShape = model.shape(map.value!.shape);
    if (valueShape.type === 'structure' || valueShape.type === 'list') {
      for (const [key, one] of Object.entries(value))
        visit(map.value!.shape, one, `${path}.${key}.member`, plain);
      return;
    }
    const brokenValues = brokenOf(valueShape, Object.values(value), map);
    if (brokenValues.length > 0) {
      found.push({
        path,
        shown: valueShape.sensitive ? undefined : show(value, map, model),
        constraint: `Map value must satisfy constraint: [${brokenValues.join(', ')}]`,
      });
    }
  };
  const root = Object.hasOwn(adjustments, '') ? adjusted(shape, adjustments['']!) : shape;
  visitStructure(root, members, '', '');
  return found;
}

/** AWS's sentence about violations; at most ten are listed, as AWS does. */
export function validationMessage(violations: readonly Violation[]): string {
  const listed = violations.slice(0, MAX_LISTED);
  const noun = listed.length === 1 ? 'error' : 'errors';
  const texts = listed.map(
    ({ shown, path, constraint }) =>
      `Value ${shown === undefined ? '' : `${shown} `}at '${path}' failed to satisfy constraint: ${constraint}`,
  );
  return `${listed.length} validation ${noun} detected: ${texts.join('; ')}`;
}

const MAX_LISTED = 10;

/** The constraints of `shape` that any of `values` breaks; all of them are listed once one is broken, as AWS does. */
function brokenOf(shape: Shape, values: readonly unknown[], container: Constraints): string[] {
  const isBroken = values.some((value) => {
    let broken = false;
    checkOne(shape, value, () => {
      broken = true;
    });
    return broken;
  });
  return isBroken ? allOf(shape, container) : [];
}

/** Every constraint of a scalar's shape. The order is that of recorded answers of Lambda and IAM. */
function allOf(shape: Shape, { refusesNulls }: Constraints): string[] {
  const { type, max, min, pattern, enum: values } = shape;
  const [noun, shown] = isNumeric(type) ? ['value', decimal(type)] : ['length', String];
  return [
    ...(max === undefined ? [] : [`Member must have ${noun} less than or equal to ${shown(max)}`]),
    ...(min === undefined ? [] : [`Member must have ${noun} greater than or equal to ${shown(min)}`]),
    ...(values === undefined ? [] : [`Member must satisfy enum value set: [${values.join(', ')}]`]),
    ...(pattern === undefined ? [] : [`Member must satisfy regular expression pattern: ${pattern}`]),
    ...(refusesNulls ? ['Member must not be null'] : []),
  ];
}

const isNumeric = (type: Shape['type']): boolean =>
  type === 'integer' || type === 'long' || type === 'float' || type === 'double';

/** Java prints a whole double as `1.0`. */
const decimal =
  (type: Shape['type']) =>
  (value: number): string =>
    (type === 'float' || type === 'double') && Number.isInteger(value) ? `${value}.0` : String(value);

function checkOne(shape: Shape, value: unknown, report: (constraint: string) => void): void {
  const { type, min, max } = shape;
  if (isNumeric(type)) {
    const number = value as number;
    if (max !== undefined && number > max) report(`Member must have value less than or equal to ${max}`);
    if (min !== undefined && number < min) report(`Member must have value greater than or equal to ${min}`);
    return;
  }
  const length = lengthOf(value);
  if (length !== undefined && max !== undefined && length > max)
    report(`Member must have length less than or equal to ${max}`);
  const { enum: allowed } = shape;
  if (allowed && (Array.isArray(value) ? value : [value]).some((one) => !allowed.includes(one)))
    report(`Member must satisfy enum value set: [${allowed.join(', ')}]`);
  if (typeof value === 'string') {
    if (shape.pattern !== undefined && !matches(shape.pattern, value))
      report(`Member must satisfy regular expression pattern: ${shape.pattern}`);
  }
  if (length !== undefined && min !== undefined && length < min)
    report(`Member must have length greater than or equal to ${min}`);
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  return typeof value === 'object' && value !== null && !(value instanceof Date)
    ? Object.keys(value).length
    : undefined;
}

const compiled = new Map<string, RegExp>();

/** Whether a Java pattern matches a whole text. */
function matches(pattern: string, text: string): boolean {
  if (text.length > MAX_PATTERN_CHARACTERS) return false;
  let expression = compiled.get(pattern);
  if (!expression) {
    expression = compile(pattern);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/** Java's and JavaScript's syntax agree on AWS's patterns but for escapes that the `u` flag refuses. */
function compile(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return new RegExp(`^(?:${pattern})$`);
  }
}

/** A value in AWS's words: Java's `toString` of lists and maps; `Tag(key=a, value=b)` where `shape` is a list of structures. */
function show(value: unknown, shape?: Shape, model?: ServiceModel): string {
  const item = shape?.type === 'list' ? shape.member!.shape : undefined;
  if (item !== undefined && model?.shape(item).type === 'structure') {
    const shown = model.shape(item).memberOrder;
    return `'[${(value as object[]).map((one) => structureText(item, one, shown)).join(', ')}]'`;
  }
  const valueType = shape?.type === 'map' ? model?.shape(shape.value!.shape).type : undefined;
  return `'${text(value, valueType && decimal(valueType))}'`;
}

/** Recorded: CreateStateMachineAlias with three routes, PutMetricFilter with two transformations. */
function structureText(name: string, value: object, shown: readonly string[] = Object.keys(value)): string {
  const members = shown.map(
    (member) => `${member}=${text((value as { [name: string]: unknown })[member] ?? null)}`,
  );
  return `${name}(${members.join(', ')})`;
}

/** @param number prints the numbers of a map */
function text(value: unknown, number: (value: number) => string = String): string {
  if (Array.isArray(value)) return `[${value.map((one) => text(one)).join(', ')}]`;
  if (value instanceof Uint8Array) return 'java.nio.HeapByteBuffer';
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, one]) => `${name}=${text(one, number)}`)
      .join(', ')}}`;
  }
  return typeof value === 'number' ? number(value) : String(value);
}

const lowerFirst = (name: string): string => name[0]!.toLowerCase() + name.slice(1);
