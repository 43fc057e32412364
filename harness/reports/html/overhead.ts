/** Where the time of an execution went: its critical path as a bar, and by state in words. */
import { criticalPathOf, timeOn } from '../../metrics/critical-path.ts';
import type { ExecutionRecord, RunRecord } from '../../record/run-record.ts';
import { html, type Markup, table } from './markup.ts';

/** Segments thinner than this share of the bar are left to the table. */
const THINNEST = 0.0005;

export function criticalPathPart(record: RunRecord, execution: ExecutionRecord): Markup {
  const path = criticalPathOf(record, execution);
  if (path.length === 0) return html`<p>The execution has not ended, so no path led to its end.</p>`;
  const startMs = path[0]!.startMs;
  const spanMs = path.at(-1)!.endMs - startMs;
  const rects = path
    .filter((one) => one.endMs - one.startMs >= THINNEST * spanMs)
    .map(
      ({ kind, startMs: from, endMs }) =>
        html`<rect class="${kind === 'lambda' ? 's4' : 's1'}" x="${(((from - startMs) / spanMs) * 1000).toFixed(1)}" width="${(((endMs - from) / spanMs) * 1000).toFixed(1)}" height="10"/>`,
    );
  const states = [...new Set(path.map((one) => one.state ?? ''))];
  const seconds = (ms: number) => `${(ms / 1000).toFixed(3)} s`;
  const machineryMs = timeOn(path, 'machinery');
  const share = ((100 * machineryMs) / spanMs).toFixed(1);
  return html`<p>Lambdas ran in ${seconds(timeOn(path, 'lambda'))} of ${seconds(spanMs)}; ${seconds(machineryMs)} (${share} %) went into everything else.</p>
<ul class="legend"><li><span class="swatch s4"></span>Lambda</li><li><span class="swatch s1"></span>machinery</li></ul>
<svg class="bar path" role="img" aria-label="Critical path, ${share} % machinery; the table below says the same by state" viewBox="0 0 1000 10" preserveAspectRatio="none">${rects}</svg>
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
