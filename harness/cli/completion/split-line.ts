/** A line as a shell takes it apart, as far as completion needs it: quotes, backslashes, no expansion. */
export interface SplitLine {
  /** Words up to the cursor, the one at the cursor last; empty after a space. */
  words: string[];
  /** The quote that the last word stands in. */
  quote: '"' | "'" | '';
}

export function splitLine(line: string): SplitLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: SplitLine['quote'] = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (character === '\\' && quote !== "'") word = (word ?? '') + (line[++at] ?? '');
    else if (quote !== '' && character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  return { words: [...words, word ?? ''], quote };
}
