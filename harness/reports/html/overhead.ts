/** Where the time of an execution went: its critical path as a bar, and by state in words. */
import { type CriticalSegment, criticalPathOf, timeOn } from '../../metrics/critical-path.ts';
import type { ExecutionRecord, RunRecord } from '../../record/run-record.ts';
import { html, type Markup, table } from './markup.ts';

/** The bar's columns: ten thousand segments are no more to be told apart, their share in each column is. */
const COLUMNS = 400;

export function criticalPathPart(record: RunRecord, execution: ExecutionRecord): Markup {
  const path = criticalPathOf(record, execution);
  if (path.length === 0) return html`<p>The execution has not ended, so no path led to its end.</p>`;
  const startMs = path[0]!.startMs;
  const spanMs = path.at(-1)!.endMs - startMs;
  const columns = lambdaShares(path, startMs, spanMs).map(
    (share, index) =>
      share > 0 &&
      html`<rect class="s4" x="${index}" y="${(10 * (1 - share)).toFixed(2)}" width="1" height="${(10 * share).toFixed(2)}"/>`,
  );
  const states = [...new Set(path.map((one) => one.state ?? ''))];
  const seconds = (ms: number) => `${(ms / 1000).toFixed(3)} s`;
  const machineryMs = timeOn(path, 'machinery');
  const share = ((100 * machineryMs) / spanMs).toFixed(1);
  return html`<p>Lambdas ran in ${seconds(timeOn(path, 'lambda'))} of ${seconds(spanMs)}; ${seconds(machineryMs)} (${share} %) went into everything else.</p>
<ul class="legend"><li><span class="swatch s4"></span>Lambda</li><li><span class="swatch s1"></span>machinery</li></ul>
<svg class="bar path" role="img" aria-label="Critical path, ${share} % machinery; the table below says the same by state" viewBox="0 0 ${COLUMNS} 10" preserveAspectRatio="none"><rect class="s1" width="${COLUMNS}" height="10"/>${columns}</svg>
${table(
  'Critical path by state',
  ['state', 'Lambda', 'machinery', 'invocations on the path'],
  states.map((state) => {
    const own = path.filter((one) => (one.state ?? '') === state);
    const calls = own.filter((one) => one.kind === 'lambda').length;
    return [
      state || '(between states)',
      seconds(timeOn(own, 'lambda')),
      seconds(timeOn(own, 'machinery')),
      calls,
    ];
  }),
)}`;
}

/** Share of each column of the bar in which a Lambda of the path ran. */
function lambdaShares(path: readonly CriticalSegment[], startMs: number, spanMs: number): number[] {
  const columnMs = spanMs / COLUMNS;
  const shares = new Array<number>(COLUMNS).fill(0);
  for (const { kind, startMs: from, endMs } of path) {
    if (kind !== 'lambda') continue;
    const last = Math.min(COLUMNS - 1, Math.floor((endMs - startMs) / columnMs));
    for (let column = Math.floor((from - startMs) / columnMs); column <= last; column++) {
      const begin = startMs + column * columnMs;
      const within = Math.min(endMs, begin + columnMs) - Math.max(from, begin);
      shares[column] = Math.min(1, shares[column]! + Math.max(0, within) / columnMs);
    }
  }
  return shares;
}
