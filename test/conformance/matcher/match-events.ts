/** Comparison of histories: order of events by rule 6 of the corpus' README.md. */
import type { Json, JsonObject } from '../../../harness/core/json.ts';
import { type Match, matchValue } from './match.ts';
import type { Bindings, TokenSet } from './tokens.ts';

export type EventOrder = 'as-recorded' | 'concurrent-branches' | 'sorted';

/** A partner for an expected event that no candidate could be found for is looked for at most this often. */
const MAX_TRIES = 200_000;

export function matchEvents(
  tokens: TokenSet,
  recorded: readonly Json[],
  actual: readonly Json[],
  order: EventOrder,
  bindings: Bindings,
  options: { prefix?: boolean } = {},
): Match {
  const expected = asWrittenNow(recorded);
  const given = options.prefix ? actual.slice(0, expected.length) : actual;
  const lost = order === 'sorted' ? given.length - expected.length : 0;
  if (
    lost < 0 ||
    lost > given.filter(isSortedAway).length ||
    (lost === 0 && expected.length !== given.length)
  ) {
    return {
      mismatch: `events: ${expected.length} expected, ${given.length} came: ${types(expected)} | ${types(given)}; last: ${JSON.stringify(given.at(-1)).slice(0, 800)}`,
    };
  }
  const inOrder =
    order === 'sorted' ? undefined : matchValue(tokens, [...expected], [...given], bindings, 'events');
  if (inOrder && (order === 'as-recorded' || 'bindings' in inOrder)) return inOrder;
  const search = new EventSearch(tokens, expected as JsonObject[], given as JsonObject[], order === 'sorted');
  return search.from(0, bindings) ?? { mismatch: `events: no pairing; nearest: ${search.nearest}` };
}

/**
 * The sorter of the recordings dropped events that end a Parallel inside the sorted stretch: the ids kept around
 * them jump (`11`, then `13<-11`) where ParallelStateSucceeded or ParallelStateFailed stood.
 */
function isSortedAway(event: Json): boolean {
  return /^ParallelState(Succeeded|Failed|Exited)$/.test(String((event as JsonObject)['type']));
}

/**
 * Until 2024 MapStateExited pointed to MapRunSucceeded, since then it points to MapRunStarted: older recordings
 * are read as AWS would write them now (README of the corpus, "Event chain").
 */
function asWrittenNow(events: readonly Json[]): Json[] {
  const byId = new Map((events as JsonObject[]).map((event) => [event['id'], event]));
  const before = (event: JsonObject) => byId.get(event['previousEventId'] ?? null);
  return (events as JsonObject[]).map((event) => {
    const succeeded = before(event);
    const started = succeeded?.['type'] === 'MapRunSucceeded' ? before(succeeded) : undefined;
    return event['type'] === 'MapStateExited' && started?.['type'] === 'MapRunStarted'
      ? { ...event, previousEventId: started['id'] ?? null }
      : event;
  });
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
