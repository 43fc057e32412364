/**
 * The corpus' matching rule (README.md, "Matching rule") as far as single executions need it: tokens, JSON texts,
 * transport data that does not count, and the order of events.
 */
type Any = unknown;
type Obj = { [key: string]: Any };

export type Placeholders = { [token: string]: 'any' | 'bind' };

const IGNORED = new Set(['SdkHttpMetadata', 'SdkResponseMetadata', 'ResponseMetadata', 'billingDetails']);

const isObject = (value: Any): value is Obj =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export class Matcher {
  readonly #tokens: Placeholders;
  readonly #names: string[];
  bindings: Map<string, string>;

  constructor(tokens: Placeholders, bindings = new Map<string, string>()) {
    this.#tokens = tokens;
    this.#names = Object.keys(tokens).sort((a, b) => b.length - a.length);
    this.bindings = bindings;
  }

  /** Where the first difference lies, or undefined when `actual` matches. */
  difference(expected: Any, actual: Any, path = ''): string | undefined {
    if (typeof expected === 'string') return this.#text(expected, actual, path);
    if (Array.isArray(expected)) {
      if (typeof actual === 'string') return this.difference(expected, parsed(actual), `${path}(text)`);
      if (!Array.isArray(actual)) return differs(path, expected, actual);
      if (expected.length !== actual.length) return `${path}: ${expected.length} items, not ${actual.length}`;
      for (let i = 0; i < expected.length; i++) {
        const found = this.difference(expected[i], actual[i], `${path}[${i}]`);
        if (found) return found;
      }
      return undefined;
    }
    if (isObject(expected)) return this.#object(expected, actual, path);
    return expected === actual ? undefined : differs(path, expected, actual);
  }

  #object(expected: Obj, given: Any, path: string): string | undefined {
    const actual = typeof given === 'string' ? parsed(given) : given;
    if (!isObject(actual)) return differs(path, expected, given);
    const keys = Object.keys(expected).filter((key) => !IGNORED.has(key));
    const others = Object.keys(actual).filter((key) => !IGNORED.has(key));
    const extra = others.find((key) => !(key in expected));
    if (extra !== undefined) return `${path}.${extra} should not be there (${JSON.stringify(actual[extra])})`;
    for (const key of keys) {
      if (!(key in actual)) return `${path}.${key} is missing`;
      const found = this.difference(expected[key], actual[key], `${path}.${key}`);
      if (found) return found;
    }
    return undefined;
  }

  #text(expected: string, actual: Any, path: string): string | undefined {
    const kind = this.#tokens[expected];
    if (kind === 'any') return undefined;
    if (expected === actual) return undefined;
    if (typeof actual !== 'string') return differs(path, expected, actual);
    const array = expected.startsWith('[') ? parsed(expected) : undefined;
    if (Array.isArray(array)) {
      const other = parsed(actual);
      if (Array.isArray(other)) return this.difference(array, other, `${path}(text)`);
    }
    return this.#fits(expected, actual) ? undefined : differs(path, expected, actual);
  }

  /** Tokens inside a text: `any` stands for some text, `bind` for the same one everywhere. */
  #fits(expected: string, actual: string): boolean {
    let pattern = '^';
    const groups: string[] = [];
    for (let i = 0; i < expected.length; ) {
      const token = this.#names.find(
        (name) => expected.startsWith(name, i) && (this.#tokens[name] === 'bind' || name.startsWith('<')),
      );
      if (token === undefined) {
        pattern += escaped(expected[i] as string);
        i++;
        continue;
      }
      const bound = this.bindings.get(token);
      if (this.#tokens[token] === 'bind' && bound !== undefined)
        pattern += `(?:${escaped(bound)}|${escaped(token)})`;
      else {
        groups.push(token);
        pattern += '([\\s\\S]+?)';
      }
      i += token.length;
    }
    const found = new RegExp(`${pattern}$`).exec(actual);
    if (!found) return false;
    groups.forEach((token, index) => {
      if (this.#tokens[token] === 'bind') this.bindings.set(token, found[index + 1] as string);
    });
    return true;
  }
}

interface EventLike extends Obj {
  id: Any;
  previousEventId: Any;
  type: Any;
}

/** Compares histories by `order`; undefined when they match. */
export function historyDifference(
  expected: EventLike[],
  actual: EventLike[],
  order: string,
  tokens: Placeholders,
): string | undefined {
  const recorded = new Matcher(tokens).difference(expected, actual, 'events');
  if (!recorded || order === 'as-recorded') return recorded;
  return (
    asSet(expected, actual, order, tokens) &&
    `${recorded}; as a set: ${asSet(expected, actual, order, tokens)}`
  );
}

function asSet(
  expected: EventLike[],
  actual: EventLike[],
  order: string,
  tokens: Placeholders,
): string | undefined {
  // The sorted recordings lost the events that stood beside the sorted ones.
  const lost = order === 'sorted' ? /^Parallel(StateSucceeded|StateFailed|StateExited|StateStarted)$/ : /^$/;
  const matcher = new Matcher(tokens);
  const free = new Set(actual);
  const idOf = new Map<Any, Any>([[0, 0]]);
  for (const event of expected) {
    const { id, previousEventId, ...rest } = event;
    let matched = false;
    for (const candidate of free) {
      const { id: otherId, previousEventId: otherPrevious, ...otherRest } = candidate;
      const saved = new Map(matcher.bindings);
      const linked = order === 'sorted' || idOf.get(previousEventId) === otherPrevious;
      if (linked && !matcher.difference(rest, otherRest)) {
        free.delete(candidate);
        idOf.set(id, otherId);
        matched = true;
        break;
      }
      matcher.bindings = saved;
    }
    if (!matched) return `no event like ${JSON.stringify(event).slice(0, 300)}`;
  }
  const left = [...free].filter((event) => !lost.test(String(event.type)) && order !== 'sorted');
  return left.length === 0 ? undefined : `unexpected ${JSON.stringify(left[0]).slice(0, 300)}`;
}

function parsed(text: string): Any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function differs(path: string, expected: Any, actual: Any): string {
  const show = (value: Any) => (JSON.stringify(value) ?? 'nothing').slice(0, 400);
  return `${path}: expected ${show(expected)}, got ${show(actual)}`;
}
