/** Which names an expression uses, found once when it is compiled, so that an evaluation binds no more than those. */
import type { AstNode } from '../../../core/jsonata/library.ts';

export interface Names {
  /** Every `$name` in the expression without its dollar sign, also functions and names it binds itself. */
  used: ReadonlySet<string>;
  /** Names the expression binds by `:=` or as parameters of a function. */
  bound: ReadonlySet<string>;
}

export function namesIn(ast: AstNode): Names {
  const used = new Set<string>();
  const bound = new Set<string>();
  const seen = new Set<object>();
  const stack: unknown[] = [ast];
  while (stack.length > 0) {
    const node = stack.pop();
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    const { type, value, lhs, arguments: parameters } = node as AstNode;
    if (type === 'variable' && typeof value === 'string') used.add(value);
    if (type === 'bind') bound.add(variableName(lhs));
    if (type === 'lambda' && Array.isArray(parameters)) {
      for (const parameter of parameters) bound.add(variableName(parameter));
    }
    stack.push(...Object.values(node));
  }
  return { used, bound };
}

function variableName(node: unknown): string {
  return String((node as AstNode | undefined)?.value ?? '');
}

/** Functions of the JSONata library and of Step Functions; `$states` is the reserved variable. */
const BUILT_IN = new Set(
  (
    'states sum count max min average string substring substringBefore substringAfter lowercase uppercase length ' +
    'trim pad match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ' +
    'ceil round abs sqrt power random boolean not map zip filter single reduce sift keys lookup append exists ' +
    'spread merge reverse each error assert type sort shuffle distinct base64encode base64decode ' +
    'encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl eval toMillis fromMillis clone now millis ' +
    'partition range hash uuid parse'
  ).split(' '),
);

/** Names of workflow variables the expression refers to, as in AWS's `variableReferences`. */
export function workflowVariables({ used, bound }: Names): string[] {
  return [...used].filter((name) => name !== '' && name !== '$' && !bound.has(name) && !BUILT_IN.has(name));
}
