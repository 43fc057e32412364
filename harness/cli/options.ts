/** Parsing of option values shared by commands; a bad value is a sentence of commander's, exit code 2. */
import { InvalidArgumentError } from 'commander';
import type { CellValue } from '../scenario/matrix.ts';

/** A whole number within bounds. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < minimum || value > maximum) {
      const range = maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum}` : `from ${minimum} to ${maximum}`;
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    }
    return value;
  };
}

/** Collects `--set axis=value[,value...]`; numbers and true/false keep their type. */
export function axisOverride(
  text: string,
  previous: Record<string, CellValue[]> = {},
): Record<string, CellValue[]> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError('It must read axis=value, such as partitionMB=25,50.');
  const values = text
    .slice(at + 1)
    .split(',')
    .map(cellValue);
  return { ...previous, [text.slice(0, at).trim()]: values };
}

function cellValue(text: string): CellValue {
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  const number = Number(trimmed);
  return trimmed !== '' && Number.isFinite(number) ? number : trimmed;
}
