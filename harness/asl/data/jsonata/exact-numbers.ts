/**
 * Numbers that an expression merely hands on, `$states.input.ticket` or `{"id": $states.input.ticket}`: the library
 * knows doubles only, so the exact number is looked up beside it.
 */
import { isJsonObject, type Json, JsonNumber, memberKey, numberOf } from '../../../core/json.ts';
import type { AstNode } from '../../../core/jsonata/library.ts';
import type { Scope } from '../scope.ts';

/** Puts the exact numbers back into what an expression came to. */
type Refiner = (value: Json, scope: Scope) => Json;

/** `undefined` for expressions that hand on no number. */
export function exactNumbers(ast: AstNode): Refiner | undefined {
  if (ast.type === 'unary' && !isQualified(ast)) {
    if (ast.value === '{') return ofObject(ast['lhs'] as [AstNode, AstNode][]);
    return ast.value === '[' ? ofArray(ast['expressions'] as AstNode[]) : undefined;
  }
  if (ast.type === 'block') {
    const expressions = ast['expressions'] as AstNode[];
    return expressions.length === 1 && !isQualified(ast) ? exactNumbers(expressions[0]!) : undefined;
  }
  const find = pathOf(ast);
  return find && ((value, scope) => sameNumber(value, find(scope)));
}

/** The exact number, as long as it is the one the library computed. */
function sameNumber(value: Json, exact: JsonNumber | undefined): Json {
  return exact !== undefined && exact.value === numberOf(value) ? exact : value;
}

function ofObject(pairs: readonly [AstNode, AstNode][]): Refiner | undefined {
  const members = pairs.flatMap(([name, member]) => {
    const refine = name.type === 'string' ? exactNumbers(member) : undefined;
    return refine ? [{ key: memberKey(String(name.value)), refine }] : [];
  });
  if (members.length === 0) return undefined;
  return (value, scope) => {
    if (!isJsonObject(value)) return value;
    const copy = { ...value };
    for (const { key, refine } of members) {
      const member = copy[key];
      if (member !== undefined) copy[key] = refine(member, scope);
    }
    return copy;
  };
}

/** Lists within a list constructor are joined and what is undefined is left out: then no place is known. */
function ofArray(items: readonly AstNode[]): Refiner | undefined {
  const refiners = items.map(exactNumbers);
  if (refiners.every((refine) => refine === undefined)) return undefined;
  return (value, scope) =>
    Array.isArray(value) && value.length === items.length
      ? value.map((item, i) => refiners[i]?.(item, scope) ?? item)
      : value;
}

/** Finds the exact number at the end of a path of plain names. */
function pathOf(ast: AstNode): ((scope: Scope) => JsonNumber | undefined) | undefined {
  const steps = ast.type === 'variable' ? [ast] : ast.type === 'path' ? (ast['steps'] as AstNode[]) : [];
  const [root, ...names] = steps;
  if (root?.type !== 'variable' || steps.some(isQualified) || 'group' in ast) return undefined;
  if (names.some((step) => step.type !== 'name')) return undefined;
  const path = names.map((step) => String(step.value));
  return (scope) => {
    const start =
      root.value === 'states' ? statesMember(scope, path[0]) : scope.variables.get(String(root.value));
    let value: Json | undefined = start;
    for (const name of root.value === 'states' ? path.slice(1) : path) {
      if (!isJsonObject(value) || !Object.hasOwn(value, memberKey(name))) return undefined;
      value = value[memberKey(name)];
    }
    return value instanceof JsonNumber ? value : undefined;
  };
}

function statesMember(scope: Scope, name: string | undefined): Json | undefined {
  if (name === 'input') return scope.input;
  if (name === 'result') return scope.result;
  if (name === 'errorOutput') return scope.errorOutput;
  return name === 'context' ? scope.context() : undefined;
}

/** Has predicates, an index or the like. */
function isQualified(step: AstNode): boolean {
  return 'predicate' in step || 'stages' in step || 'group' in step || 'index' in step || 'focus' in step;
}
