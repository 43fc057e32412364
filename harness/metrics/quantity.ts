/**
 * Numbers with units, as people write them in thresholds and sizes. Bytes are binary (1 MB = 1,048,576 B, as
 * AWS counts memory), bit rates are decimal (1 Mbps = 1,000,000 bit/s).
 */

export type Dimension =
  | 'number'
  | 'time'
  | 'bytes'
  | 'bitrate'
  | 'money'
  | 'ratio'
  | 'memory-time'
  | 'sample-rate';

/** A value in its dimension's base unit: s, B, bit/s, USD, 1 (of a ratio), GB-s, samples/s. */
export interface Quantity {
  value: number;
  dimension: Dimension;
  unit: string;
}

const KB = 1024;
const UNITS: Readonly<Record<string, readonly [Dimension, number]>> = {
  '': ['number', 1],
  us: ['time', 1e-6],
  ms: ['time', 1e-3],
  s: ['time', 1],
  min: ['time', 60],
  h: ['time', 3600],
  B: ['bytes', 1],
  KB: ['bytes', KB],
  MB: ['bytes', KB ** 2],
  GB: ['bytes', KB ** 3],
  TB: ['bytes', KB ** 4],
  bps: ['bitrate', 1],
  kbps: ['bitrate', 1e3],
  Mbps: ['bitrate', 1e6],
  Gbps: ['bitrate', 1e9],
  USD: ['money', 1],
  '%': ['ratio', 0.01],
  'GB-s': ['memory-time', 1],
  'samples/s': ['sample-rate', 1],
};

/** Units a quantity may carry. */
export const unitNames: readonly string[] = Object.keys(UNITS).filter((unit) => unit !== '');

/** Reads `20 s`, `34.44 Mbps`, `2%`, `1_000`; `undefined` when the text is no number with a known unit. */
export function parseQuantity(text: string | number): Quantity | undefined {
  if (typeof text === 'number') {
    return Number.isFinite(text) ? { value: text, dimension: 'number', unit: '' } : undefined;
  }
  const match = /^\s*([+-]?(?:\d[\d_]*)(?:\.\d+)?(?:e[+-]?\d+)?)\s*([A-Za-z%][\w/%-]*)?\s*$/i.exec(text);
  if (!match) return undefined;
  const unit = match[2] ?? '';
  const known = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  const value = Number(match[1]!.replaceAll('_', ''));
  if (!known || !Number.isFinite(value)) return undefined;
  return { value: value * known[1], dimension: known[0], unit };
}

/** The dimension a unit measures; the unit must be known. */
export function dimensionOf(unit: string): Dimension {
  return (UNITS[unit] ?? UNITS['']!)[0];
}

/** A base value expressed in `unit`. */
export function inUnit(baseValue: number, unit: string): number {
  return baseValue / (UNITS[unit] ?? UNITS['']!)[1];
}

/** A value given in `unit`, expressed in its base unit. */
export function toBase(value: number, unit: string): number {
  return value * (UNITS[unit] ?? UNITS['']!)[1];
}

/** `12.3 s`, `0.000123 USD`: four significant digits, no exponent for ordinary sizes. */
export function formatQuantity(value: number, unit: string): string {
  const text = formatNumber(value);
  if (unit === '') return text;
  return unit === '%' ? `${text}%` : `${text} ${unit}`;
}

/** A number for people: at most four significant digits after the point, thousands separated. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString('en-US');
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && magnitude < 1e-6) return value.toExponential(3);
  const decimals = Math.min(10, Math.max(0, 3 - Math.floor(Math.log10(magnitude || 1))));
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}
