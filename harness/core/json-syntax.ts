/**
 * The first fault of a text that is not JSON, in the words of Jackson, AWS's JSON parser. Nesting is bounded as Jackson
 * bounds it: whatever works on a parsed value may recurse.
 */

/** Jackson's StreamReadConstraints.getMaxNestingDepth(). */
export const MAX_DEPTH = 1_000;
const MAX_SHOWN_SOURCE = 500;

export interface JsonFault {
  /** Jackson's sentence without the location. */
  message: string;
  /** Characters read when the fault was noticed. */
  offset: number;
}

function fault(message: string, offset: number): JsonFault {
  return { message, offset };
}

/**
 * Where Jackson says a fault is. It counts lines and columns from 1; the column is the one after what it has read. Of a
 * long source it shows the beginning.
 */
export function sourceLocation(text: string, offset: number, source: 'String' | 'byte[]' = 'String'): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  const shown = text.slice(0, MAX_SHOWN_SOURCE);
  const unit = source === 'String' ? 'chars' : 'bytes';
  const rest = text.length > MAX_SHOWN_SOURCE ? `[truncated ${text.length - MAX_SHOWN_SOURCE} ${unit}]` : '';
  return `[Source: (${source})"${shown}"${rest}; line: ${line}, column: ${column}]`;
}

export function findDepthFault(text: string): JsonFault | undefined {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) {
        return fault(
          `Document nesting depth (${depth}) exceeds the maximum allowed (${MAX_DEPTH}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`,
          i + 1,
        );
      }
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return undefined;
}

/** What may come next while scanning; `value` also where a closing bracket would be too early. */
type Expectation = 'value' | 'firstElement' | 'firstName' | 'name' | 'colon' | 'commaOrClose' | 'end';

interface Open {
  bracket: '{' | '[';
  offset: number;
}

const SPACE = /[ \t\r\n]*/y;
const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids bare control characters in texts
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /[A-Za-z0-9_$]+/y;

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** The first fault of a text that `JSON.parse` refuses. */
export function findSyntaxFault(text: string): JsonFault {
  const open: Open[] = [];
  let expected: Expectation = 'value';
  let at = 0;
  for (;;) {
    at += match(SPACE, text, at).length;
    if (at >= text.length) return endOfInput(text, open);
    const character = text[at]!;
    const closes = character === '}' || character === ']';
    if (expected === 'end') return unexpected(text, at, 'Expected end of input');
    if (closes && mayClose(open.at(-1), character, expected)) {
      open.pop();
      expected = open.length > 0 ? 'commaOrClose' : 'end';
      at++;
    } else if (expected === 'commaOrClose') {
      const container = open.at(-1)?.bracket === '{' ? 'Object' : 'Array';
      if (character !== ',') {
        return unexpected(text, at, `was expecting comma to separate ${container} entries`);
      }
      expected = container === 'Object' ? 'name' : 'value';
      at++;
    } else if (expected === 'colon') {
      if (character !== ':') {
        return unexpected(text, at, 'was expecting a colon to separate field name and value');
      }
      expected = 'value';
      at++;
    } else if (expected === 'name' || expected === 'firstName') {
      if (character !== '"') return unexpected(text, at, 'was expecting double-quote to start field name');
      const name = match(STRING, text, at);
      if (name === '') return badString(text, at);
      expected = 'colon';
      at += name.length;
    } else if (character === '{' || character === '[') {
      open.push({ bracket: character, offset: at });
      expected = character === '{' ? 'firstName' : 'firstElement';
      at++;
    } else {
      const token = character === '"' ? match(STRING, text, at) : match(LITERAL, text, at);
      if (token === '' && character === '"') return badString(text, at);
      const word = match(WORD, text, at);
      if (token === '' || (character !== '"' && word.length > token.length)) {
        return word === ''
          ? unexpected(
              text,
              at,
              "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            )
          : unrecognized(at, word);
      }
      expected = open.length > 0 ? 'commaOrClose' : 'end';
      at += token.length;
    }
  }
}

function mayClose(open: Open | undefined, character: string, expected: Expectation): boolean {
  if (!open || (open.bracket === '{') !== (character === '}')) return false;
  return expected === 'commaOrClose' || expected === (character === '}' ? 'firstName' : 'firstElement');
}

function unexpected(text: string, at: number, reason: string): JsonFault {
  const character = text[at]!;
  return fault(`Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${reason}`, at + 1);
}

function unrecognized(at: number, word: string): JsonFault {
  return fault(
    `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
    at + word.length,
  );
}

function badString(text: string, at: number): JsonFault {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids bare control characters in texts
  const control = /[\u0000-\u001f]/.exec(text.slice(at));
  return control
    ? fault(
        `Illegal unquoted character ((CTRL-CHAR, code ${control[0].charCodeAt(0)})): has to be escaped using backslash to be included in string value`,
        at + control.index + 1,
      )
    : fault('Unexpected end-of-input: was expecting closing quote for a string value', text.length);
}

function endOfInput(text: string, open: readonly Open[]): JsonFault {
  const last = open.at(-1);
  if (!last) return fault('No content to map due to end-of-input', text.length);
  const container = last.bracket === '{' ? 'Object' : 'Array';
  const start = sourceLocation(text, last.offset);
  return fault(
    `Unexpected end-of-input: expected close marker for ${container} (start marker at ${start})`,
    text.length,
  );
}
