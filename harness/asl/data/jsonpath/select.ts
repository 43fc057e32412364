/** What a chain of segments selects from a value. Selected values are shared, never copied. */
import { isJsonObject, type Json, JsonNumber, type JsonObject } from '../../../core/json.ts';
import { compare } from './compare.ts';
import { applyFunction } from './functions.ts';
import { type Condition, type FilterPath, isDefinite, type Operand, type Segment } from './syntax.ts';

/** All selected values, in Jayway's order. A function at the end works on the list of what was selected before. */
function select(segments: readonly Segment[], root: Json): Json[] {
  const last = segments.at(-1);
  if (last?.kind === 'function') {
    const before = segments.slice(0, -1);
    const selected = select(before, root);
    const value = applyFunction(last.name, isDefinite(before) ? selected[0] : selected);
    return value === undefined ? [] : [value];
  }
  const found: Json[] = [];
  visit(segments, 0, root, root, found);
  return found;
}

/** Values one path may visit, some 50 ms: `$..*..*..*` over deep data would otherwise never end. */
const MAX_VISITS = 1_000_000;
let visitsLeft = MAX_VISITS;

/** Thrown by `select` for a path that visits too much. */
export class PathTooCostly extends Error {}

/** Selects with a count of its own. */
export function boundedSelect(segments: readonly Segment[], root: Json): Json[] {
  visitsLeft = MAX_VISITS;
  return select(segments, root);
}

function visit(segments: readonly Segment[], at: number, value: Json, root: Json, found: Json[]): void {
  if (--visitsLeft < 0) throw new PathTooCostly('The path selects too much');
  const segment = segments[at];
  if (segment === undefined) {
    found.push(value);
    return;
  }
  if (segment.kind === 'descent') {
    descend(segments, at + 1, value, root, found);
    return;
  }
  if (segment.kind === 'properties' && at === segments.length - 1) {
    if (isJsonObject(value)) found.push(merge(value, segment.names));
    return;
  }
  for (const next of children(segment, value, root)) visit(segments, at + 1, next, root, found);
}

/** Pre-order walk over objects and arrays, without recursion: the depth of data is not ours to choose. */
function descend(segments: readonly Segment[], at: number, top: Json, root: Json, found: Json[]): void {
  const stack: Json[] = [top];
  while (stack.length > 0) {
    const value = stack.pop()!;
    if (typeof value !== 'object' || value === null || value instanceof JsonNumber) continue;
    visit(segments, at, value, root, found);
    const below = Array.isArray(value) ? value : Object.values(value);
    for (let i = below.length - 1; i >= 0; i--) stack.push(below[i]!);
  }
}

function merge(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(value, name) ? [[name, value[name]!]] : [])),
  );
}

function children(segment: Segment, value: Json, root: Json): Json[] {
  switch (segment.kind) {
    case 'property':
      return isJsonObject(value) && Object.hasOwn(value, segment.name) ? [value[segment.name]!] : [];
    case 'properties':
      return segment.names.flatMap((name) =>
        isJsonObject(value) && Object.hasOwn(value, name) ? [value[name]!] : [],
      );
    case 'index':
      return elements(value, [segment.index]);
    case 'indices':
      return elements(value, segment.indices);
    case 'slice':
      return Array.isArray(value) ? slice(value, segment.from, segment.to, segment.step) : [];
    case 'wildcard':
      if (Array.isArray(value)) return value;
      return isJsonObject(value) ? Object.values(value) : [];
    case 'filter':
      if (Array.isArray(value)) return value.filter((element) => passes(segment.test, element, root));
      return isJsonObject(value) && passes(segment.test, value, root) ? [value] : [];
    default:
      return [];
  }
}

function elements(value: Json, indices: readonly number[]): Json[] {
  if (!Array.isArray(value)) return [];
  return indices.flatMap((index) => {
    const at = index < 0 ? value.length + index : index;
    return at >= 0 && at < value.length ? [value[at]!] : [];
  });
}

function slice(
  array: readonly Json[],
  from: number | undefined,
  to: number | undefined,
  step: number,
): Json[] {
  const part = array.slice(from ?? 0, to ?? array.length);
  return step === 1 ? part : part.filter((_, i) => i % step === 0);
}

/** Whether `element` passes; `root` is what `$` means inside the filter. */
function passes(condition: Condition, element: Json, root: Json): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.all.every((each) => passes(each, element, root));
    case 'or':
      return condition.all.some((each) => passes(each, element, root));
    case 'not':
      return !passes(condition.condition, element, root);
    case 'exists':
      return valueOfPath(condition.path, element, root) !== undefined;
    case 'compare':
      return compare(
        condition.operator,
        operandValue(condition.left, element, root),
        operandValue(condition.right, element, root),
      );
  }
}

function operandValue(operand: Operand, element: Json, root: Json): Json | undefined {
  return operand.kind === 'literal' ? operand.value : valueOfPath(operand.path, element, root);
}

function valueOfPath(path: FilterPath, element: Json, root: Json): Json | undefined {
  const found = select(path.segments, path.from === 'element' ? element : root);
  return isDefinite(path.segments) ? found[0] : found;
}
