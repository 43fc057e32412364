/**
 * A JSON value with the text it came from. AWS hands a text on verbatim, white space included, as long as no
 * state touched the value, and prints what it made itself in compact form (conformance README, rule 4).
 */

import type { Json } from '../../core/json.ts';
import { parseJson } from '../../core/json-parse.ts';
import { printJson } from '../../core/json-print.ts';

/** Immutable; the text is made on first use and kept, so a value is printed once however many events carry it. */
export class JsonText {
  readonly value: Json;
  #text: string | undefined;

  constructor(value: Json, text?: string) {
    this.value = value;
    this.#text = text;
  }

  /** Parses `text`; throws SyntaxError when it is not JSON. */
  static parse(text: string): JsonText {
    return new JsonText(parseJson(text), text);
  }

  /** The verbatim text if there is one, else compact JSON. */
  get text(): string {
    this.#text ??= printJson(this.value);
    return this.#text;
  }

  /**
   * The carrier of `value`: this very one if the value is untouched (the same object, array or equal primitive),
   * else a new one. Use it after each step of the data flow: `input.carry(state.input(scope))`.
   */
  carry(value: Json): JsonText {
    return value === this.value ? this : new JsonText(value);
  }

  /** Size in UTF-8 bytes, as AWS counts the payload quota. */
  get sizeBytes(): number {
    return Buffer.byteLength(this.text);
  }
}
