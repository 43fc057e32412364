/**
 * Expressions of JSONata states. They run with no context item: a path must start from `$states` or a variable,
 * and `$$` means nothing. Codes and texts measured on AWS.
 */
import { isJsonObject, type Json } from '../../core/json.ts';
import { type AstNode, describeJsonataError, parseExpression } from '../../core/jsonata/library.ts';
import { isJsonataString, jsonataExpression } from '../data/jsonata.ts';
import type { Report } from './report.ts';

/** Checks all `{% %}` strings below `value`. `inCatch` allows `$states.errorOutput`. */
export function checkExpressions(
  report: Report,
  value: Json | undefined,
  location: string,
  inCatch = false,
): void {
  if (isJsonataString(value)) {
    checkExpression(report, jsonataExpression(value), location, inCatch);
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) checkExpressions(report, item, `${location}[${i}]`, inCatch);
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      checkExpressions(report, member, `${location}/${name}`, inCatch);
    }
  }
}

function checkExpression(report: Report, text: string, location: string, inCatch: boolean): void {
  let ast: AstNode;
  try {
    ast = parseExpression(text).ast();
  } catch (error) {
    const message = describeJsonataError(error).replace(/^[A-Z]\d{4}: /, '');
    report.error('INVALID_JSONATA_EXPRESSION', message, location);
    return;
  }
  for (const name of topLevelReferences(ast)) {
    const message =
      name === '$$'
        ? "Reference to '$$' is not supported."
        : `Reference to '${name}' at the top level is not supported.`;
    report.error('UNSUPPORTED_JSONATA_EXPRESSION', message, location);
  }
  if (!inCatch && readsErrorOutput(ast)) {
    report.error('UNSUPPORTED_JSONATA_EXPRESSION', "Field '$states.errorOutput' does not exist.", location);
  }
}

/**
 * Names read from the missing context item. Only the first step of a path is: later steps, filters, sort terms
 * and groupings read what the step before gave. The body of a function keeps the outer context.
 */
function topLevelReferences(root: AstNode): Set<string> {
  const names = new Set<string>();
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop() as AstNode | undefined;
    if (typeof node !== 'object' || node === null) continue;
    if (node.type === 'name') names.add(String(node.value));
    if (node.type === 'variable' && (node.value === '' || node.value === '$')) {
      names.add(node.value === '' ? '$' : '$$');
    }
    stack.push(...sameContext(node));
  }
  return names;
}

/** The parts of a node that are evaluated against the same context as the node itself. */
function sameContext(node: AstNode): unknown[] {
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  switch (node.type) {
    case 'path':
      return list(node['steps']).slice(0, 1);
    case 'unary':
      return node.value === '{' ? list(node.lhs).flat() : [...list(node['expressions']), node['expression']];
    case 'binary':
    case 'apply':
      return [node.lhs, node['rhs']];
    case 'function':
    case 'partial':
      return [node['procedure'], ...list(node.arguments)];
    case 'lambda':
      return [node['body']];
    case 'condition':
      return [node['condition'], node['then'], node['else']];
    case 'block':
      return list(node['expressions']);
    case 'bind':
      return [node['rhs']];
    default:
      return [];
  }
}

function readsErrorOutput(root: AstNode): boolean {
  const seen = new Set<object>();
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    const steps = (node as AstNode)['steps'];
    if (Array.isArray(steps)) {
      const [first, second] = steps as AstNode[];
      if (first?.type === 'variable' && first.value === 'states' && second?.value === 'errorOutput')
        return true;
    }
    stack.push(...Object.values(node));
  }
  return false;
}
