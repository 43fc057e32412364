/** Queries started, with their answers; in memory, the last of them. */
import type { QueryStatistics, ResultField } from './run-query.ts';

type QueryStatus = 'Scheduled' | 'Running' | 'Complete' | 'Failed' | 'Cancelled';

export interface StartedQuery {
  id: string;
  /** Counts the queries of this process. */
  sequence: number;
  /** As DescribeQueries shows it, with its groups and times. */
  text: string;
  logGroupName: string;
  createdMs: number;
  status: QueryStatus;
  results: ResultField[][];
  statistics: QueryStatistics;
}

const MAX_KEPT = 1000;

export class QueryStore {
  readonly #queries = new Map<string, StartedQuery>();
  #sequence = 0;

  get(id: string): StartedQuery | undefined {
    return this.#queries.get(id);
  }

  /** Newest first. */
  get all(): StartedQuery[] {
    return [...this.#queries.values()].reverse();
  }

  /** Keeps a query; the oldest goes where there are too many. */
  add(parts: Omit<StartedQuery, 'sequence'>): StartedQuery {
    const query = { ...parts, sequence: ++this.#sequence };
    this.#queries.set(query.id, query);
    if (this.#queries.size > MAX_KEPT) this.#queries.delete(this.#queries.keys().next().value!);
    return query;
  }
}
