/** The Map's children: how many were doing what at each moment, and a row with a bar for each. */
import * as Plot from '@observablehq/plot';
import type { LogsByRequest } from '../../record/logs-by-request.ts';
import type { ExecutionRecord, RunRecord } from '../../record/run-record.ts';
import { type ChildTime, childTimes, SEGMENTS } from './children.ts';
import { type BigTable, type Budget, bigTable, type DetailPart } from './island.ts';
import { logTextOf } from './logs.ts';
import { html, type Markup } from './markup.ts';
import { figure } from './plot.ts';

const BINS = 200;

export function timeline(
  record: RunRecord,
  execution: ExecutionRecord,
  logs: LogsByRequest,
  id: string,
  budget: Budget,
): Markup {
  const children = childTimes(record, execution);
  if (children.length === 0) return html`<p>No Map Run started any child.</p>`;
  const originMs = children.reduce(
    (first, one) => Math.min(first, one.child.startedAtMs),
    Number.POSITIVE_INFINITY,
  );
  const spanMs = children.reduce(
    (last, one) => Math.max(last, (one.child.stoppedAtMs ?? one.child.startedAtMs) - originMs),
    1,
  );
  const legend = SEGMENTS.map(
    (kind, index) => html`<li><span class="swatch s${index + 1}"></span>${kind}</li>`,
  );
  return html`<ul class="legend">${legend}</ul>
${concurrencyFigure(children, spanMs)}
${bigTable(childTable(children, originMs, spanMs, logs, id), budget)}`;
}

function concurrencyFigure(children: readonly ChildTime[], spanMs: number): Markup {
  const points = concurrency(children, spanMs);
  const most = Math.max(...totals(points).values());
  return figure({
    title: 'Children at work',
    description: `${children.length} children within ${(spanMs / 1000).toFixed(1)} s, at most ${Math.round(most)} at once, by what they were doing.`,
    wide: true,
    options: {
      height: 220,
      x: { label: 'seconds since the first child started' },
      y: { label: 'children', grid: true },
      color: { domain: [...SEGMENTS], range: SEGMENTS.map((_, index) => `var(--s${index + 1})`) },
      marks: [
        Plot.areaY(points, {
          x: 'second',
          y: 'count',
          fill: 'kind',
          order: [...SEGMENTS],
          curve: 'step-after',
        }),
        Plot.ruleY([0]),
      ],
    },
  });
}

interface Point {
  second: number;
  kind: string;
  count: number;
}

/** Mean number of children in each kind of segment, per bin of time. */
export function concurrency(children: readonly Pick<ChildTime, 'segments'>[], spanMs: number): Point[] {
  const binMs = spanMs / BINS;
  const sums = SEGMENTS.map(() => new Float64Array(BINS));
  for (const { segments } of children) {
    for (const { kind, startMs, durationMs } of segments) {
      const sum = sums[SEGMENTS.indexOf(kind)]!;
      const last = Math.min(BINS - 1, Math.floor((startMs + durationMs) / binMs));
      for (let bin = Math.floor(startMs / binMs); bin <= last; bin++) {
        const from = Math.max(startMs, bin * binMs);
        const to = Math.min(startMs + durationMs, (bin + 1) * binMs);
        sum[bin] = sum[bin]! + Math.max(0, to - from) / binMs;
      }
    }
  }
  return SEGMENTS.flatMap((kind, index) =>
    Array.from(sums[index]!, (count, bin) => ({ second: (bin * binMs) / 1000, kind, count })),
  );
}

function totals(points: readonly Point[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { second, count } of points) sums.set(second, (sums.get(second) ?? 0) + count);
  return sums;
}

function childTable(
  children: readonly ChildTime[],
  originMs: number,
  spanMs: number,
  logs: LogsByRequest,
  id: string,
): BigTable {
  // Failures first: their details are the last ones to give up.
  const ordered = children.toSorted(
    (a, b) => Number(a.child.status === 'SUCCEEDED') - Number(b.child.status === 'SUCCEEDED'),
  );
  const seconds = (valueMs: number | undefined) =>
    valueMs === undefined ? null : Math.round(valueMs) / 1000;
  return {
    id,
    caption: 'Children of the Map',
    spanMs,
    columns: [
      { label: 'item', kind: 'text' },
      { label: 'status', kind: 'status' },
      { label: 'start', kind: 'seconds' },
      { label: 'duration', kind: 'seconds' },
      ...SEGMENTS.slice(0, 4).map((kind) => ({ label: kind, kind: 'seconds' as const })),
      { label: 'timeline', kind: 'bar' },
    ],
    rows: ordered.map((one) => {
      const { child, segments } = one;
      const sum = (kind: string) =>
        seconds(
          segments.filter((part) => part.kind === kind).reduce((total, part) => total + part.durationMs, 0),
        );
      return {
        cells: [
          one.item || child.executionArn.split(':').at(-1)!,
          child.status,
          seconds(child.startedAtMs - originMs),
          seconds(child.stoppedAtMs === undefined ? undefined : child.stoppedAtMs - child.startedAtMs),
          ...SEGMENTS.slice(0, 4).map(sum),
          segments.flatMap((part) => [
            SEGMENTS.indexOf(part.kind),
            Math.round(part.startMs),
            Math.round(part.durationMs),
          ]),
        ],
        detail: () => childDetail(one, logs),
      };
    }),
  };
}

function childDetail({ child, result, invocation }: ChildTime, logs: LogsByRequest): DetailPart[] {
  const parts: DetailPart[] = [{ title: 'Execution', text: child.executionArn }];
  if (child.error !== undefined) parts.push({ title: `Error ${child.error}`, text: child.cause ?? '' });
  const json = (title: string, value: unknown) => {
    if (value !== undefined) parts.push({ title, text: JSON.stringify(value) });
  };
  json('Input', child.input);
  json('Output', child.output);
  json('Result', result?.value);
  json('Invocation', invocation);
  if (child.history) {
    const lines = child.history.map(
      (event) =>
        `${event.id}  +${((event.timestampMs - child.startedAtMs) / 1000).toFixed(3)} s  ${event.type}`,
    );
    parts.push({ title: 'History', text: lines.join('\n') });
  }
  const lines = invocation && logTextOf(logs, invocation.requestId);
  if (lines) parts.push({ title: 'Log', text: lines });
  return parts;
}
