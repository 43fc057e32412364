/**
 * Numbers that an expression merely hands on, `$states.input.ticket`: the library knows doubles only, so the exact number
 * is looked up beside it.
 */
import { isJsonObject, type Json, JsonNumber, memberKey } from '../../../core/json.ts';
import type { AstNode } from '../../../core/jsonata/library.ts';
import type { Scope } from '../scope.ts';

/**
 * Finds the exact number at the end of a path of plain names, where there is one; `undefined` for any other expression.
 */
export function exactPath(ast: AstNode): ((scope: Scope) => JsonNumber | undefined) | undefined {
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
