/**
 * Content as a value in which numbers and rows can be changed: JSON, JSON lines, CSV, and binary tables that a pack
 * knows. Texts are latin1, one character per byte, so that what is left alone keeps its bytes.
 */
import type { Json } from '../core/json.ts';
import type { TableCodec } from '../scenario/pack-run.ts';
import { parseCsv } from '../scenario/parse-csv.ts';

export interface Decoded {
  value: Json;
  /** Numbers stand in texts, as in CSV. */
  numbersAreTexts: boolean;
  /** Members that identify a row: the order of the rows means nothing then. */
  identifiedBy?: readonly string[] | undefined;
  /** Content of another value of the same shape. */
  render(value: Json): string;
}

/** `undefined` of content in which rows and numbers are not known. */
export function decodeContent(text: string, tables?: TableCodec): Decoded | undefined {
  return json(text) ?? jsonLines(text) ?? csv(text) ?? table(text, tables);
}

function json(text: string): Decoded | undefined {
  const value = parsed(text);
  if (value === undefined) return undefined;
  return {
    value,
    numbersAreTexts: false,
    render: (one) => JSON.stringify(one),
  };
}

function jsonLines(text: string): Decoded | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return undefined;
  const rows: Json[] = [];
  for (const line of lines) {
    const value = parsed(line);
    if (typeof value !== 'object' || value === null) return undefined;
    rows.push(value);
  }
  return {
    value: rows,
    numbersAreTexts: false,
    render: (value) => (value as Json[]).map((row) => `${JSON.stringify(row)}\n`).join(''),
  };
}

/** Whether no byte is a control character but those of white space. */
export function isText(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 9 || (code > 13 && code < 32)) return false;
  }
  return true;
}

/** A header and at least one row, all of as many cells. */
function csv(text: string): Decoded | undefined {
  if (!isText(text) || !text.includes(',')) return undefined;
  const [header = [], ...body] = parseCsv(text);
  if (header.length < 2 || body.length === 0 || body.some((row) => row.length !== header.length))
    return undefined;
  return {
    value: body.map((row) => Object.fromEntries(header.map((name, column) => [name, row[column]!]))),
    numbersAreTexts: true,
    render: (value) =>
      [
        header,
        ...(value as { [name: string]: Json }[]).map((row) => header.map((name) => cellText(row[name]))),
      ]
        .map((cells) => `${cells.map(quoted).join(',')}\n`)
        .join(''),
  };
}

const cellText = (value: Json | undefined) => (value === null || value === undefined ? 'NaN' : String(value));
const quoted = (cell: string) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function table(text: string, tables: TableCodec | undefined): Decoded | undefined {
  const decoded = tables?.(Buffer.from(text, 'latin1'));
  if (!decoded) return undefined;
  const { rows, identifiedBy, render } = decoded;
  return {
    value: rows as Json,
    numbersAreTexts: false,
    identifiedBy,
    render: (value) => Buffer.from(render(value as never)).toString('latin1'),
  };
}

export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
