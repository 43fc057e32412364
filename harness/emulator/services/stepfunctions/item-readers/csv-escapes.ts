/**
 * AWS's escapes on top of RFC 4180: a backslash makes a backslash, a double quote or the delimiter part of a field, and
 * before any other character it is left out.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html (CSVDelimiter)
 *
 * The parser knows no such escapes. Each one is therefore replaced by a noncharacter of Unicode, which no text holds,
 * before the text is parsed, and by the character itself afterwards.
 */
const BACKSLASH = '\uFDD1';
const QUOTE = '\uFDD2';
const DELIMITER = '\uFDD3';

const ESCAPE = /\\([\s\S])/g;
const REPLACED = /[\uFDD1-\uFDD3]/g;

/** Texts for the parser; an escape that is cut apart by two texts is kept together. */
export async function* escaping(chunks: AsyncIterable<string>, delimiter: string): AsyncIterable<string> {
  let carried = '';
  for await (const chunk of chunks) {
    const text = carried + chunk;
    const [backslashes = ''] = /\\*$/.exec(text) ?? [];
    const end = text.length - (backslashes.length % 2);
    carried = text.slice(end);
    yield replaced(text.slice(0, end), delimiter);
  }
  // A backslash at the very end stands before nothing and is left out.
}

function replaced(text: string, delimiter: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (_, character: string) => {
    if (character === '\\') return BACKSLASH;
    if (character === '"') return QUOTE;
    return character === delimiter ? DELIMITER : character;
  });
}

/** A parsed field with its escaped characters. */
export function unescaped(field: string, delimiter: string): string {
  return field.replace(REPLACED, (mark) => (mark === BACKSLASH ? '\\' : mark === QUOTE ? '"' : delimiter));
}
