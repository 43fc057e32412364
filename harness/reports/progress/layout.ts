/** Lays lines with bars out in columns that fit the terminal, however narrow: pure text, no terminal. */

export interface ProgressRow {
  /** `run` stands at the left, `map-run` is indented below the run it belongs to. */
  kind: 'run' | 'map-run';
  label: string;
  title: string;
  detail: string;
  /** From 0 to 1. */
  share: number;
}

const INDENT = '  ';
const MAX_BAR = 24;
const MIN_BAR = 8;
const MIN_LABEL = 16;
/** Details narrower than this say nothing. */
const MIN_DETAIL = 8;

/**
 * One line per row, none wider than `columns - 1`: bars stand below one another. What there is no room for goes in
 * this order: length of the bars, details, the middle of labels.
 */
export function layOutRows(rows: readonly ProgressRow[], columns: number): string[] {
  const room = columns - 1;
  const labels = rows.map(({ kind, label }) => (kind === 'run' ? label : `${INDENT}${label}`));
  const title = widest(rows.map((row) => row.title));
  const detail = widest(rows.map((row) => row.detail));
  const label = widest(labels);
  // Label, title, brackets of the bar, and the spaces between them.
  const fixed = (labelWidth: number) => labelWidth + 1 + title + 1 + 2;
  const withDetail = detail === 0 ? 0 : detail + 1;
  let labelWidth = label;
  let bar = Math.min(MAX_BAR, room - fixed(labelWidth) - withDetail);
  if (bar < MIN_BAR) {
    bar = MIN_BAR;
    labelWidth = Math.max(MIN_LABEL, Math.min(label, room - fixed(0) - bar - withDetail));
  }
  const left = room - fixed(labelWidth) - bar - 1;
  return rows.map((row, index) => {
    const filled = Math.round(bar * Math.min(1, Math.max(0, row.share)));
    const tail = left >= MIN_DETAIL ? ` ${cutEnd(row.detail, left)}` : '';
    const line = `${pad(cutMiddle(labels[index]!, labelWidth), labelWidth)} ${pad(row.title, title)} [${'█'.repeat(filled)}${'░'.repeat(bar - filled)}]${tail}`;
    return cutEnd(line.trimEnd(), room);
  });
}

const widthOf = (text: string): number => [...text].length;
const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(widthOf));
const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

function cutEnd(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** A name's beginning says which scenario it is, its end which cell: both stay. */
function cutMiddle(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const tail = Math.floor((width - 1) / 2);
  return `${characters.slice(0, width - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}
