import type { ChoiceOperator } from './operator.ts';

/**
 * StringMatches: `*` stands for zero or more characters; `\\*` and `\\\\` (as JSON text) mean `*` and `\`
 * themselves. Linear in practice: the pieces between wildcards are sought from left to right, never backtracked.
 */
export const stringMatches: ChoiceOperator = (value, operand) =>
  typeof value === 'string' && typeof operand === 'string' && matchesPattern(value, operand);

function matchesPattern(text: string, pattern: string): boolean {
  const pieces = piecesOf(pattern);
  const first = pieces[0] as string;
  const last = pieces[pieces.length - 1] as string;
  if (pieces.length === 1) return text === first;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
    return false;
  let from = first.length;
  const end = text.length - last.length;
  for (let i = 1; i < pieces.length - 1; i++) {
    const piece = pieces[i] as string;
    const at = text.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}

/** The literal texts between the wildcards, at least one. */
function piecesOf(pattern: string): string[] {
  const pieces = [''];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    const next = pattern[i + 1];
    if (char === '*') {
      pieces.push('');
    } else if (char === '\\' && (next === '*' || next === '\\')) {
      pieces[pieces.length - 1] += next;
      i++;
    } else {
      pieces[pieces.length - 1] += char;
    }
  }
  return pieces;
}
