/**
 * CloudWatch Logs filter patterns: terms, `?either ?or`, `-exclude`, "phrases", `%regular expressions%`,
 * JSON patterns `{ $.level = "ERROR" }` and space-delimited patterns `[ip, user, status=4*]`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { invalidParameter } from '../errors.ts';
import { delimitedValues, parseDelimitedPattern } from './delimited-pattern.ts';
import { parseJsonPattern, selectorsIn } from './json-pattern.ts';
import { compileRegex, invalidPattern, type MessageFilter } from './message-filter.ts';

const MAX_PATTERN_LENGTH = 1024;

/** @throws AwsError InvalidParameterException when the pattern cannot be read. */
export function parseFilterPattern(pattern: string): MessageFilter {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw invalidParameter(
      `1 validation error detected: Value at 'filterPattern' failed to satisfy constraint: Member must have length less than or equal to ${MAX_PATTERN_LENGTH}`,
    );
  }
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return parseJsonPattern(text);
  if (text.startsWith('[')) return parseDelimitedPattern(text);
  return parseTerms(text);
}

/**
 * What a pattern names in a message that it matches: fields of a space-delimited pattern, selectors of a JSON pattern.
 * @param textAt the text at a selector of the message, where there is one
 */
export function extractedValues(
  pattern: string,
  message: string,
  textAt: (message: string, selector: string) => string | undefined,
): { [name: string]: string } {
  const text = pattern.trim();
  if (text.startsWith('[')) return delimitedValues(text, message);
  if (!text.startsWith('{')) return {};
  const found = selectorsIn(text).map((selector) => [selector, textAt(message, selector)]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))\s*/y;

function parseTerms(text: string): MessageFilter {
  const all: MessageFilter[] = [];
  const any: MessageFilter[] = [];
  const none: MessageFilter[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < text.length) {
    const match = TERM.exec(text);
    if (!match) throw invalidPattern();
    const [, sign, phrase, regex, word] = match;
    if (phrase === undefined && regex === undefined && word?.startsWith('"')) throw invalidPattern();
    const list = sign === '?' ? any : sign === '-' ? none : all;
    list.push(containing(phrase?.replace(/\\(.)/g, '$1') ?? word, regex));
  }
  return (message) =>
    all.every((matches) => matches(message)) &&
    (any.length === 0 || any.some((matches) => matches(message))) &&
    !none.some((matches) => matches(message));
}

function containing(term: string | undefined, regex: string | undefined): MessageFilter {
  if (regex !== undefined) {
    const compiled = compileRegex(regex);
    return (message) => compiled.test(message);
  }
  return (message) => message.includes(term!);
}
