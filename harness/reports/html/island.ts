/**
 * Data the page unfolds when somebody asks for it: JSON, gzipped, as base64 in a script element of a type no
 * browser runs. Ten thousand children with their inputs, outputs and logs stay a few megabytes this way.
 */
import { gzipSync } from 'node:zlib';
import { type Content, html, type Markup, trusted } from './markup.ts';

/** How a column's cells are shown. `bar` cells are `[kind, startMs, durationMs, ...]`. */
type ColumnKind = 'text' | 'number' | 'seconds' | 'status' | 'bar';

interface Column {
  label: string;
  kind: ColumnKind;
}

/** A titled text; JSON is laid out by the page. */
export interface DetailPart {
  title: string;
  text: string;
}

interface Row {
  cells: (string | number | null | number[])[];
  /** Called only as long as there is room. */
  detail(): DetailPart[];
}

export interface BigTable {
  /** Unique in the page. */
  id: string;
  caption: string;
  columns: Column[];
  /** The most telling first: their details are kept when room is short. */
  rows: Row[];
  /** Extent of the bars, ms. */
  spanMs?: number;
}

/** Room for details, shared by all tables of a report. */
export interface Budget {
  bytesLeft: number;
}

const CHUNK = 250;

/** A table that the page fills, a page of rows at a time, with search and sorting. */
export function bigTable({ id, caption, columns, rows, spanMs }: BigTable, budget: Budget): Markup {
  if (rows.length === 0) return html`<p>None.</p>`;
  const chunks: Content[] = [];
  let kept = 0;
  for (let at = 0; at < rows.length; at += CHUNK) {
    const details = rows.slice(at, at + CHUNK).map((row) => row.detail());
    const text = encode(details);
    if (text.length > budget.bytesLeft) break;
    budget.bytesLeft -= text.length;
    kept = Math.min(rows.length, at + CHUNK);
    chunks.push(island(`${id}-${at / CHUNK}`, text));
  }
  const data = { columns, rows: rows.map((row) => row.cells), spanMs, kept, chunk: CHUNK };
  return html`<div class="big-table" data-table="${id}" data-caption="${caption}"><p class="loading">${rows.length} rows, shown by a script of this page.</p></div>
${kept < rows.length && html`<p class="note">Details of ${rows.length - kept} rows would make this file too large; they are in the files of the run's folder.</p>`}
${island(id, encode(data))}${chunks}`;
}

const encode = (value: unknown): string => gzipSync(JSON.stringify(value)).toString('base64');

const island = (id: string, base64: string): Markup =>
  html`<script type="application/octet-stream" id="data-${id}">${trusted(base64)}</script>\n`;
