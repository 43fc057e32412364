import type { Json } from '../core/json.ts';
import { evaluateJsonata } from './jsonata.ts';
import { show } from './show.ts';

/** `$`, `$.id`, `$[*].id`, `$.orders[*].id`: a path of members and list wildcards. */
const PATH = /^\$(?:\.[A-Za-z_]\w*|\[\*\])*$/;

/**
 * Keys that an expression selects of a value: texts and numbers, as texts. A path such as `$[*].id` selects in every
 * element and notices one that has no such member; anything else is JSONata, a key or a list of keys. What is no key
 * is a problem: nothing is passed over.
 */
export function selectKeys(
  expression: string,
  value: Json,
): { keys: string[]; rows?: Json[]; problem?: string } {
  let selected: unknown;
  try {
    selected = PATH.test(expression.trim())
      ? followPath(expression.trim(), value)
      : evaluateJsonata(expression, value);
  } catch (error) {
    return { keys: [], problem: `${expression} fails: ${(error as Error).message}` };
  }
  const list = Array.isArray(selected) ? selected : [selected];
  const keys = list.filter(isKey).map(String);
  const others = list.filter((one) => !isKey(one));
  if (others.length === 0) return { keys, ...rowsOf(expression.trim(), value, keys.length) };
  const what = others[0] === undefined ? 'nothing' : show(others[0]);
  return { keys, problem: `${expression} selects ${what} where a key is expected` };
}

/** What the keys are members of, where the expression is a path that ends with a member. */
function rowsOf(path: string, value: Json, count: number): { rows?: Json[] } {
  const owner = /^(\$.*)\.[A-Za-z_]\w*$/.exec(path)?.[1];
  if (owner === undefined || !PATH.test(path)) return {};
  const found = [followPath(owner, value)].flat() as Json[];
  return found.length === count ? { rows: found } : {};
}

/** Elements that an expression selects, such as rows whose keys are a member of theirs. */
export function selectRows(expression: string, value: Json): { rows: Json[]; problem?: string } {
  try {
    const selected = PATH.test(expression.trim())
      ? followPath(expression.trim(), value)
      : evaluateJsonata(expression, value);
    const rows = Array.isArray(selected) ? (selected as Json[]) : [selected as Json];
    if (!rows.includes(undefined as never)) return { rows };
    return { rows: [], problem: `${expression} selects nothing` };
  } catch (error) {
    return { rows: [], problem: `${expression} fails: ${(error as Error).message}` };
  }
}

const isKey = (value: unknown) => (typeof value === 'string' && value !== '') || typeof value === 'number';

function followPath(path: string, value: Json): unknown {
  let reached: unknown[] = [value];
  let many = false;
  for (const [part] of path.matchAll(/\.\w+|\[\*\]/g)) {
    if (part === '[*]') {
      many = true;
      reached = reached.flatMap((one) => (Array.isArray(one) ? one : [undefined]));
      continue;
    }
    const name = part.slice(1);
    // As in JSONata, a member of a list is that of its elements.
    if (reached.some(Array.isArray)) many = true;
    reached = reached
      .flat()
      .map((one) =>
        typeof one === 'object' && one !== null && Object.hasOwn(one, name)
          ? (one as Record<string, unknown>)[name]
          : undefined,
      );
  }
  return many ? reached : reached[0];
}
