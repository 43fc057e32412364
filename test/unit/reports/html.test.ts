import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { childTimes } from '../../../harness/reports/html/children.ts';
import { definitionGraph } from '../../../harness/reports/html/definition-graph.ts';
import { renderHtml } from '../../../harness/reports/html/index.ts';
import { concurrency } from '../../../harness/reports/html/timeline.ts';
import { HOSTILE, sampleReport } from './sample-report.ts';

describe('the HTML report', () => {
  const report = sampleReport(5);
  const page = renderHtml(report);

  it('never lets text of a run become markup', () => {
    expect(page).toContain('&lt;/script&gt;&lt;img src=x');
    expect(page).not.toContain('<img');
    expect(page).not.toContain('\u0007');
    expect(page.match(/<script>/g)).toHaveLength(1);
  });

  it('allows its one script by hash and nothing from anywhere', () => {
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)![1]!;
    expect(page).toContain(
      `script-src &#39;sha256-${createHash('sha256').update(script).digest('base64')}&#39;`,
    );
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
  });

  it('keeps inputs, logs and errors of each child, failures first', () => {
    const data = /id="data-run-0-e0-children-0">([^<]*)</.exec(page)![1]!;
    const details = JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString());
    expect(details).toHaveLength(5);
    expect(details[0][1]).toEqual({ title: `Error ${HOSTILE}`, text: HOSTILE });
    expect(details[0].at(-1).text).toContain('rank 1');
  });

  it('puts verdicts before everything else, the failed first', () => {
    expect(page.indexOf('id="verdicts"')).toBeLessThan(page.indexOf('id="comparison"'));
    expect(page.indexOf('<th scope="row">output')).toBeLessThan(page.indexOf('<th scope="row">status'));
  });
});

describe("a child's time", () => {
  const { record } = sampleReport(5).outcomes[0]!;
  const times = childTimes(record, record.executions[0]!);

  it('is waiting, cold start, compute and S3 in their order, and adds up to its life', () => {
    const first = times[0]!;
    // 4000 ms of life; the invocation ended at 5990 after 2600 ms and 300 ms of initialisation.
    expect(first.segments.slice(0, 4)).toEqual([
      { kind: 'waiting', startMs: 0, durationMs: 1090 },
      { kind: 'cold start', startMs: 1090, durationMs: 300 },
      { kind: 'compute', startMs: 1390, durationMs: 100 },
      { kind: 'S3', startMs: 1490, durationMs: 200 },
    ]);
    const sumMs = first.segments.reduce((total, part) => total + part.durationMs, 0);
    expect(sumMs).toBeCloseTo(4000, 6);
  });

  it('summed over time counts every child once at each moment', () => {
    const points = concurrency(times, 4004);
    const middle = points.filter((point) => point.second === points[100]!.second);
    expect(middle.reduce((total, point) => total + point.count, 0)).toBeCloseTo(5, 6);
  });
});

describe('the graph of a definition', () => {
  it('enters and leaves a Map through the states inside it', () => {
    const { edges } = definitionGraph({
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          ItemProcessor: { StartAt: 'A', States: { A: { Next: 'B' }, B: { End: true } } },
          Next: 'C',
        },
        C: { Type: 'Choice', Choices: [{ Next: 'M' }], Default: 'D' },
        D: { Type: 'Fail' },
      },
    });
    const text = edges.map(({ from, to, label }) => `${from}>${to}${label && ` ${label}`}`);
    expect(text).toEqual(['A>B', 'B>C', 'C>A', 'C>D Default', '\u25cf start>A', 'D>\u25cf end']);
  });
});
