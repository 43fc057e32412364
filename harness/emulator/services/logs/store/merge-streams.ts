import type { EventPlace, EventPosition } from './event-index.ts';
import type { LogStream } from './log-group.ts';

export interface MergedEvent {
  stream: LogStream;
  place: EventPlace;
  /** The event before this one: a page that ends before this one goes on after that. */
  previous: EventPosition | undefined;
}

interface Cursor {
  stream: LogStream;
  next: number;
  end: number;
  head: EventPlace;
}

/** Events of several streams in one order, lazily: a binary heap of one cursor a stream. */
export function* mergeStreams(
  streams: readonly LogStream[],
  range: { startMs: number /** Inclusive. */; endMs: number; after?: EventPosition },
): Generator<MergedEvent> {
  const heap: Cursor[] = [];
  for (const stream of streams) {
    const { events } = stream;
    const next = Math.max(events.firstAt(range.startMs), range.after ? events.firstAfter(range.after) : 0);
    const end = events.firstAfter({ timestampMs: range.endMs, offset: Number.POSITIVE_INFINITY });
    if (next < end) heap.push({ stream, next, end, head: events.at(next) });
  }
  for (let i = (heap.length >> 1) - 1; i >= 0; i--) sink(heap, i);
  let previous = range.after;
  while (heap.length > 0) {
    const top = heap[0]!;
    yield { stream: top.stream, place: top.head, previous };
    previous = top.head;
    top.next++;
    if (top.next < top.end) top.head = top.stream.events.at(top.next);
    else {
      const last = heap.pop()!;
      if (heap.length > 0 && last !== top) heap[0] = last;
    }
    sink(heap, 0);
  }
}

function sink(heap: Cursor[], from: number): void {
  for (let i = from; ; ) {
    const left = 2 * i + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
    if (!isBefore(heap[child]!, heap[i]!)) return;
    [heap[i], heap[child]] = [heap[child]!, heap[i]!];
    i = child;
  }
}

const isBefore = (a: Cursor, b: Cursor) =>
  a.head.timestampMs < b.head.timestampMs ||
  (a.head.timestampMs === b.head.timestampMs && a.head.offset < b.head.offset);
