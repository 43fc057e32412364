/**
 * Finds the elements of one array (or the members of one object) in a JSON text that arrives in pieces, without
 * ever holding the whole. Only the elements are parsed; what lies beside them is skipped by its brackets.
 */

import type { Json } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { ItemReaderFailure } from './item-reader-failure.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A container on the way to the target, or the target itself. */
interface Level {
  kind: 'array' | 'object';
  /** Index of the element the scan is in. */
  index: number;
  /** Key of the member the scan is in; undefined while a key is awaited. */
  key: string | undefined;
}

export class JsonSplitter {
  /** Reference tokens of the pointer (RFC 6901). */
  readonly #tokens: string[];
  readonly #pointer: string;
  readonly #needsArray: boolean;
  #keyed = false;
  /** Open containers of which the target is made or in which it lies. */
  readonly #path: Level[] = [];
  /** Containers open below the innermost of the path. */
  #below = 0;
  #inString = false;
  #escaped = false;
  /** Text of the element, key or value the scan is in, from earlier pieces. */
  #carried = '';
  #done = false;

  /** Without a pointer the text itself must be an array (recorded case test_map_item_reader_json_no_json_list_object). */
  constructor(pointer?: string) {
    this.#needsArray = pointer === undefined;
    this.#pointer = pointer ?? '';
    if (pointer !== undefined && pointer !== '' && !pointer.startsWith('/'))
      throw new ItemReaderFailure(`The ItemsPointer '${pointer}' is not a JSON pointer.`);
    this.#tokens = this.#pointer
      .split('/')
      .slice(1)
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  }

  /** True when the target is an object, whose members are found as `{Key, Value}`. */
  get keyed(): boolean {
    return this.#keyed;
  }

  /** True when the target has ended: nothing after it is of interest. */
  get done(): boolean {
    return this.#done;
  }

  /** Takes the next piece; the elements that end in it. */
  push(piece: string): Json[] {
    const found: Json[] = [];
    const text = this.#carried + piece;
    let start = 0;
    let i = this.#carried.length;
    this.#carried = '';
    for (; i < text.length && !this.#done; i++) {
      const code = text.charCodeAt(i);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code === QUOTE) this.#inString = false;
        continue;
      }
      if (code === QUOTE) this.#inString = true;
      else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
        if (this.#open(text.slice(start, i), code)) start = i + 1;
      } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) {
        if (this.#below > 0) this.#below--;
        else {
          this.#element(text.slice(start, i), found);
          this.#close();
          start = i + 1;
        }
      } else if (this.#below === 0 && (code === COMMA || code === COLON)) {
        this.#separate(code, text.slice(start, i), found);
        start = i + 1;
      }
    }
    // Nothing of a part that is skipped is carried on but what a value's first letters are read from.
    if (!this.#done) this.#carried = this.#wanted() ? text.slice(start) : text.slice(start).slice(0, 64);
    return found;
  }

  /** The text has ended; throws when the target was not found or not finished. */
  end(): void {
    if (this.#done) return;
    if (this.#path.length === 0 && this.#carried.trim() !== '') throw notIterable();
    if (this.#path.length > this.#tokens.length)
      throw new ItemReaderFailure('The JSON file ends before its array does.');
    throw new ItemReaderFailure(
      this.#pointer === ''
        ? 'The JSON file is empty.'
        : `The ItemsPointer '${this.#pointer}' does not refer to a value of the JSON file.`,
    );
  }

  /** True inside the target, and where a key is being read on the way to it. */
  #wanted(): boolean {
    if (this.#path.length > this.#tokens.length) return true;
    const level = this.#path.at(-1);
    return level?.kind === 'object' && level.key === undefined;
  }

  /** A container opens; true when it becomes a level of the path. */
  #open(before: string, code: number): boolean {
    const kind = code === OPEN_BRACKET ? 'array' : 'object';
    const inTarget = this.#path.length > this.#tokens.length;
    if (this.#below > 0 || inTarget || before.trim() !== '' || !this.#onPath()) {
      this.#below++;
      return false;
    }
    if (this.#path.length === this.#tokens.length && kind === 'object' && this.#needsArray)
      throw notIterable();
    if (this.#path.length === this.#tokens.length) this.#keyed = kind === 'object';
    this.#path.push({ kind, index: 0, key: undefined });
    return true;
  }

  /** True when the value that begins is the root, or the one the pointer names next. */
  #onPath(): boolean {
    const level = this.#path.at(-1);
    if (!level) return true;
    const token = this.#tokens[this.#path.length - 1];
    return level.kind === 'array' ? token === String(level.index) : level.key === token;
  }

  #separate(code: number, text: string, found: Json[]): void {
    const level = this.#path.at(-1);
    if (!level) return;
    if (code === COLON) {
      if (level.kind === 'object' && level.key === undefined) level.key = parse(text) as string;
      return;
    }
    this.#element(text, found);
    level.index++;
    level.key = undefined;
  }

  /** A value of the innermost level has ended. */
  #element(text: string, found: Json[]): void {
    const level = this.#path.at(-1);
    if (!level) return;
    if (this.#path.length <= this.#tokens.length) {
      // The pointer's value was no container: it would have become a level.
      const isNext = this.#path.length === this.#tokens.length && this.#onPath();
      if (isNext && text.trim() !== '') throw notIterable();
      return;
    }
    if (text.trim() === '') return;
    const value = parse(text);
    found.push(level.kind === 'array' ? value : { Key: level.key ?? '', Value: value });
  }

  #close(): void {
    if (this.#path.length > this.#tokens.length) this.#done = true;
    this.#path.pop();
  }
}

function parse(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    throw new ItemReaderFailure(`The JSON file cannot be parsed: ${(error as Error).message}`);
  }
}

/** AWS's sentence (recorded). */
function notIterable(): ItemReaderFailure {
  return new ItemReaderFailure('Attempting to map over non-iterable node.');
}
