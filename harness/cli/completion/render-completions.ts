import type { Command } from 'commander';
import { type Candidate, candidatesFor } from './candidates.ts';
import { splitLine } from './split-line.ts';
import { valuesFrom } from './values.ts';

interface CompletionRequest {
  words: readonly string[];
  line: string | undefined;
  shell: 'bash' | 'zsh' | 'fish';
}

/** One candidate a line; but for bash, which shows none, with its description after a tab. */
export async function renderCompletions(
  program: Command,
  { words, line, shell }: CompletionRequest,
): Promise<string> {
  const split = line === undefined ? undefined : splitLine(line);
  const typed = split?.words.slice(1) ?? (shell === 'fish' ? withoutQuotes(words) : words);
  const candidates = await candidatesFor(program, typed, valuesFrom(process.cwd()));
  const current = typed.at(-1) ?? '';
  return candidates
    .map((candidate) =>
      shell === 'bash' ? bashText(candidate, current, split?.quote ?? '') : describedText(candidate),
    )
    .map((text) => `${text}\n`)
    .join('');
}

/** Fish gives the last word as it is typed. */
function withoutQuotes(words: readonly string[]): string[] {
  return [...words.slice(0, -1), splitLine(words.at(-1) ?? '').words.at(-1)!];
}

function describedText({ value, description }: Candidate): string {
  return description ? `${value}\t${description.replace(/\s+/g, ' ')}` : value;
}

/** Bash replaces only what follows the last `=` or `:` of a word, and takes what it is given as it would be typed. */
function bashText({ value }: Candidate, current: string, quote: string): string {
  if (quote !== '') return value;
  const kept = Math.max(current.lastIndexOf('='), current.lastIndexOf(':')) + 1;
  const text = value.startsWith(current.slice(0, kept)) ? value.slice(kept) : value;
  return text.replaceAll(/[\s"'\\$`&|;<>()*?!#[\]{}]/g, '\\$&');
}
