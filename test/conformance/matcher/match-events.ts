/** Comparison of histories: order of events by rule 6 of the corpus' README.md. */
import type { Json, JsonObject } from '../../../harness/core/json.ts';
import { type Match, matchValue } from './match.ts';
import type { Bindings, TokenSet } from './tokens.ts';

export type EventOrder = 'as-recorded' | 'concurrent-branches' | 'sorted';

/** A partner for an expected event that no candidate could be found for is looked for at most this often. */
const MAX_TRIES = 200_000;

export function matchEvents(
  tokens: TokenSet,
  expected: readonly Json[],
  actual: readonly Json[],
  order: EventOrder,
  bindings: Bindings,
  options: { prefix?: boolean } = {},
): Match {
  const given = options.prefix ? actual.slice(0, expected.length) : actual;
  if (expected.length !== given.length) {
    return {
      mismatch: `events: ${expected.length} expected, ${given.length} came: ${types(expected)} | ${types(given)}`,
    };
  }
  const inOrder =
    order === 'sorted' ? undefined : matchValue(tokens, [...expected], [...given], bindings, 'events');
  if (inOrder && (order === 'as-recorded' || 'bindings' in inOrder)) return inOrder;
  const search = new EventSearch(tokens, expected as JsonObject[], given as JsonObject[], order === 'sorted');
  return search.from(0, bindings) ?? { mismatch: `events: no pairing; nearest: ${search.nearest}` };
}

/** Pairs each expected event with another actual one; the chain of predecessors must be the same. */
class EventSearch {
  nearest = '';
  readonly #tokens: TokenSet;
  readonly #expected: readonly JsonObject[];
  readonly #actual: readonly JsonObject[];
  readonly #unchained: boolean;
  readonly #taken = new Set<number>();
  /** Id of the actual event by the id of the expected one. */
  readonly #ids = new Map<unknown, unknown>([[0, 0]]);
  #deepest = -1;
  #tries = 0;

  constructor(
    tokens: TokenSet,
    expected: readonly JsonObject[],
    actual: readonly JsonObject[],
    unchained: boolean,
  ) {
    this.#tokens = tokens;
    this.#expected = expected;
    this.#actual = actual;
    this.#unchained = unchained;
  }

  from(at: number, bindings: Bindings): Match | undefined {
    const event = this.#expected[at];
    if (event === undefined) return { bindings };
    for (const [i, candidate] of this.#actual.entries()) {
      if (this.#taken.has(i) || candidate['type'] !== event['type'] || ++this.#tries > MAX_TRIES) continue;
      const match = this.#pair(event, candidate, bindings);
      if ('mismatch' in match) {
        if (at > this.#deepest) {
          this.#deepest = at;
          this.nearest = `event ${at + 1} (${String(event['type'])}): ${match.mismatch}`;
        }
        continue;
      }
      this.#taken.add(i);
      this.#ids.set(event['id'], candidate['id']);
      const rest = this.from(at + 1, match.bindings);
      if (rest) return rest;
      this.#taken.delete(i);
      this.#ids.delete(event['id']);
    }
    if (at > this.#deepest) {
      this.#deepest = at;
      this.nearest = `event ${at + 1}: nothing like ${JSON.stringify(event).slice(0, 400)}`;
    }
    return undefined;
  }

  #pair(event: JsonObject, candidate: JsonObject, bindings: Bindings): Match {
    if (!this.#unchained && this.#ids.get(event['previousEventId']) !== candidate['previousEventId']) {
      return { mismatch: `previousEventId ${String(candidate['previousEventId'])} is not the predecessor's` };
    }
    return matchValue(this.#tokens, withoutIds(event), withoutIds(candidate), bindings);
  }
}

function withoutIds({ id: _id, previousEventId: _previous, ...rest }: JsonObject): JsonObject {
  return rest;
}

function types(events: readonly Json[]): string {
  return events.map((event) => String((event as JsonObject)['type'])).join(', ');
}
