/**
 * JSON texts to values that keep what the text said. Texts that plain values can hold, which are nearly all, are left
 * to `JSON.parse`; faults are described in the words of Jackson, which AWS repeats to its clients.
 */
import { type Json, JsonNumber, type JsonObject, memberKey, setMember } from './json.ts';
import { findDepthFault, findSyntaxFault, type JsonFault, MAX_DEPTH } from './json-syntax.ts';

/** Thrown for a text that is not JSON; `message` is Jackson's sentence without the location. */
export class JsonSyntaxError extends SyntaxError {
  readonly fault: JsonFault;

  constructor(fault: JsonFault) {
    super(fault.message);
    this.name = 'JsonSyntaxError';
    this.fault = fault;
  }
}

/** Parses a text. Throws {@link JsonSyntaxError}. */
export function parseJson(text: string): Json {
  return parseNoting(text).value;
}

/** As {@link parseJson}; `exact` is false when all of the value is plain. */
export function parseNoting(text: string): { value: Json; exact: boolean } {
  if (needsExactness(text)) return { value: new ExactParser(checked(text)).document(), exact: true };
  try {
    return { value: JSON.parse(text) as Json, exact: false };
  } catch {
    throw new JsonSyntaxError(findDepthFault(text) ?? findSyntaxFault(text));
  }
}

/** Why a text is not JSON; `undefined` when it is. */
export function jsonFaultOf(text: string): JsonFault | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return findDepthFault(text) ?? findSyntaxFault(text);
  }
}

function checked(text: string): string {
  const fault = jsonFaultOf(text);
  if (fault) throw new JsonSyntaxError(fault);
  return text;
}

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;

/** Reads a text that is known to be JSON. */
class ExactParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    this.#skip(SPACE);
    return this.#value(1);
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH + 1) throw new JsonSyntaxError(findDepthFault(this.#text) as JsonFault);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        this.#at += 4;
        return true;
      case 'f':
        this.#at += 5;
        return false;
      case 'n':
        this.#at += 4;
        return null;
      default:
        return exactNumber(this.#skip(NUMBER));
    }
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = {};
    this.#at++;
    this.#skip(SPACE);
    while (this.#text[this.#at] !== '}') {
      const key = memberKey(this.#string());
      this.#skip(SPACE);
      this.#at++; // the colon
      this.#skip(SPACE);
      setMember(object, key, this.#value(depth + 1));
      this.#next();
    }
    this.#at++;
    return object;
  }

  #array(depth: number): Json[] {
    const items: Json[] = [];
    this.#at++;
    this.#skip(SPACE);
    while (this.#text[this.#at] !== ']') {
      items.push(this.#value(depth + 1));
      this.#next();
    }
    this.#at++;
    return items;
  }

  /** Passes over a comma, if there is one, and the white space around it. */
  #next(): void {
    this.#skip(SPACE);
    if (this.#text[this.#at] !== ',') return;
    this.#at++;
    this.#skip(SPACE);
  }

  #string(): string {
    return JSON.parse(this.#skip(STRING)) as string;
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}

/** The number a text spells: a plain one where JavaScript prints the very same text. */
export function exactNumber(text: string): number | JsonNumber {
  const value = Number(text);
  // Jackson reads -0 as the integer 0.
  if (text === '-0') return 0;
  return String(value) === text ? value : new JsonNumber(text);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MARK_CODE = 0xfdd0;
/** JavaScript prints integers of so many digits as they were written. */
const SAFE_DIGITS = 15;

/**
 * True for a text that plain values cannot hold: it has a member name that looks like an array index, or a number that
 * JavaScript prints in another way. Reads the text once, and what is not JSON in any way.
 */
function needsExactness(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      const end = endOfString(text, i + 1);
      if (isMarkedName(text, i + 1, end)) return true;
      i = end;
    } else if (isDigit(code) || code === 0x2d) {
      const end = endOfNumber(text, i + 1);
      if (end - i > SAFE_DIGITS || text.charCodeAt(end) === 0x2e || isExponent(text.charCodeAt(end))) {
        const whole = endOfDecimal(text, end);
        if (exactNumber(text.slice(i, whole)) instanceof JsonNumber) return true;
        i = whole - 1;
      } else i = end - 1;
    }
  }
  return false;
}

/** Index of the closing quote, or the end of the text. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end > from && text.charCodeAt(end - 1) === BACKSLASH) {
    let slashes = 1;
    while (end - slashes > from && text.charCodeAt(end - slashes - 1) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) break;
    end = text.indexOf('"', end + 1);
  }
  return end < 0 ? text.length : end;
}

/** True for a name of at most ten digits, or one that begins with the mark or an escape. */
function isMarkedName(text: string, from: number, end: number): boolean {
  const first = text.charCodeAt(from);
  if (first === MARK_CODE) return true;
  if (first === BACKSLASH) return text[from + 1] === 'u';
  if (!isDigit(first) || end - from > 10 || endOfNumber(text, from) < end) return false;
  return SPACES_AND_COLON.test(text.slice(end + 1, end + 32));
}

const SPACES_AND_COLON = /^\s*(?::|$)/;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isExponent(code: number): boolean {
  return code === 0x65 || code === 0x45;
}

/** Index after the digits that begin at `from`. */
function endOfNumber(text: string, from: number): number {
  let end = from;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** Index after fraction and exponent. */
function endOfDecimal(text: string, from: number): number {
  let end = from;
  for (;;) {
    const code = text.charCodeAt(end);
    const sign = (code === 0x2b || code === 0x2d) && isExponent(text.charCodeAt(end - 1));
    if (!isDigit(code) && code !== 0x2e && !isExponent(code) && !sign) return end;
    end++;
  }
}
