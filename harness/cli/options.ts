/** Parsing of option values shared by commands; a bad value is a sentence of commander's, exit code 2. */
import { InvalidArgumentError } from 'commander';
import type { BuildTarget } from '../artifacts/packaging/package-request.ts';
import { nearestName } from '../core/nearest-name.ts';
import { COVERAGE_KINDS } from '../metrics/coverage.ts';
import { parseQuantity } from '../metrics/quantity.ts';
import type { CoverageMinimums } from '../reports/coverage.ts';
import type { CellValue } from '../scenario/matrix.ts';
import type { Shard } from '../scenario/select.ts';

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

/** A text of a pattern; `what` completes "It must be ...". */
export function matching(pattern: RegExp, what: string): (text: string) => string {
  return (text) => {
    if (!pattern.test(text)) throw new InvalidArgumentError(`It must be ${what}.`);
    return text;
  };
}

/** A number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** Collects `--set axis=value[,value...]`; numbers and true/false keep their type. */
export function axisOverride(
  text: string,
  previous: Record<string, CellValue[]> = {},
): Record<string, CellValue[]> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError('It must read axis=value, such as rows=200,2000.');
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

/** A regular expression. */
export function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError(`It must be a regular expression: ${(error as Error).message}.`);
  }
}

/** Collects an option that may be given several times, each time with one or more values between commas. */
export function listOf(text: string, previous: string[] = []): string[] {
  return [...previous, ...text.split(',').map((part) => part.trim())].filter((part) => part !== '');
}

/** `2/4`: the second of four parts. */
export function shard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index < 1 || index > count) {
    throw new InvalidArgumentError('It must read i/n with i from 1 to n, such as 2/4.');
  }
  return { index, count };
}

/** `90`, `90s`, `5m`, `1h` as seconds. */
export function durationSeconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|h|d)?$/.exec(text.trim());
  const unit = (match?.[2] ?? 's') as 's' | 'm' | 'h' | 'd';
  const seconds = Number(match?.[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit];
  if (!match || seconds <= 0) throw new InvalidArgumentError('It must be a time such as 90, 90s, 5m or 7d.');
  return seconds;
}

/** A size with its unit, in bytes. */
export function dataSizeBytes(text: string): number {
  const quantity = parseQuantity(text);
  if (quantity?.dimension === 'bytes' && quantity.value > 0) return quantity.value;
  throw new InvalidArgumentError('Write a size with its unit, such as "50 MB" or "1 TB".');
}

/** `linux-x64` or `linux-arm64`: what Lambda runs on. */
export function functionTarget(text: string): BuildTarget {
  const match = /^(linux)-(x64|arm64)$/.exec(text);
  if (!match) throw new InvalidArgumentError('It must be linux-x64 or linux-arm64.');
  return { platform: match[1]!, arch: match[2]! };
}

/** `states=100,catchers=50`: least shares in percent. */
export function coverageMinimums(text: string): CoverageMinimums {
  const kinds = COVERAGE_KINDS.map(({ name }) => name);
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', value = ''] = part.split('=').map((one) => one.trim());
      const kind = kinds.find((one) => one === name);
      const least = Number(value.replace(/\s*%$/, ''));
      if (kind === undefined) {
        const near = nearestName(name, kinds);
        throw new InvalidArgumentError(
          `There is no coverage of "${name}"${near ? `; did you mean ${near}` : ''}? There are ${kinds.join(', ')}.`,
        );
      }
      if (value === '' || !(least >= 0 && least <= 100)) {
        throw new InvalidArgumentError(`"${value}" of ${kind} is no share from 0 to 100.`);
      }
      return [kind, least];
    }),
  );
}

/** `90`, `90 %`: a share from 0 to 100. */
export function percentage(text: string): number {
  const value = Number(text.replace(/ ?%$/, ''));
  if (text.trim() !== '' && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError(`"${text}" is no percentage from 0 to 100.`);
}

/** `2.50`: an amount of US dollars. */
export function dollars(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text.trim()))
    throw new InvalidArgumentError('It must be an amount in USD such as 2.50.');
  return Number(text.trim());
}
