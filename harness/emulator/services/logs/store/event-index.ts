/** Where an event lies. Events are ordered by time, then by their place in the journal. */
export interface EventPlace {
  timestampMs: number;
  ingestionMs: number;
  /** Byte offset of the record in the group's journal; unique within the group. */
  offset: number;
  /** Bytes of the record, line feed included. */
  sizeBytes: number;
}

/** The place before which a page starts or after which it goes on. */
export type EventPosition = Pick<EventPlace, 'timestampMs' | 'offset'>;

/**
 * Events of one stream in order, 28 bytes each. Appending in order of time is O(1); a late event moves the
 * ones after it.
 */
export class EventIndex {
  #length = 0;
  #timestamps = new Float64Array(8);
  #ingestions = new Float64Array(8);
  #offsets = new Float64Array(8);
  #sizes = new Uint32Array(8);

  get length(): number {
    return this.#length;
  }

  add(place: EventPlace): void {
    if (this.#length === this.#timestamps.length) this.#grow();
    const at = this.firstAfter(place);
    if (at < this.#length) {
      for (const column of [this.#timestamps, this.#ingestions, this.#offsets, this.#sizes]) {
        column.copyWithin(at + 1, at, this.#length);
      }
    }
    this.#timestamps[at] = place.timestampMs;
    this.#ingestions[at] = place.ingestionMs;
    this.#offsets[at] = place.offset;
    this.#sizes[at] = place.sizeBytes;
    this.#length++;
  }

  at(index: number): EventPlace {
    return {
      timestampMs: this.#timestamps[index]!,
      ingestionMs: this.#ingestions[index]!,
      offset: this.#offsets[index]!,
      sizeBytes: this.#sizes[index]!,
    };
  }

  /** Index of the first event at or after `timestampMs`. */
  firstAt(timestampMs: number): number {
    return this.#search((i) => this.#timestamps[i]! >= timestampMs);
  }

  /** Index of the first event after `position`. */
  firstAfter({ timestampMs, offset }: EventPosition): number {
    const last = this.#length - 1;
    if (last < 0 || isBefore(this.at(last), { timestampMs, offset })) return this.#length;
    return this.#search(
      (i) =>
        this.#timestamps[i]! > timestampMs ||
        (this.#timestamps[i]! === timestampMs && this.#offsets[i]! > offset),
    );
  }

  /** Index of the first event at or after `position`: so many lie before it. */
  countBefore({ timestampMs, offset }: EventPosition): number {
    return this.firstAfter({ timestampMs, offset: offset - 1 });
  }

  #search(isIn: (index: number) => boolean): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isIn(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #grow(): void {
    const capacity = this.#timestamps.length * 2;
    const larger = (column: Float64Array) => {
      const copy = new Float64Array(capacity);
      copy.set(column);
      return copy;
    };
    this.#timestamps = larger(this.#timestamps);
    this.#ingestions = larger(this.#ingestions);
    this.#offsets = larger(this.#offsets);
    const sizes = new Uint32Array(capacity);
    sizes.set(this.#sizes);
    this.#sizes = sizes;
  }
}

function isBefore(a: EventPosition, b: EventPosition): boolean {
  return a.timestampMs < b.timestampMs || (a.timestampMs === b.timestampMs && a.offset < b.offset);
}
