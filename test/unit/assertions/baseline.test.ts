import { describe, expect, it } from 'vitest';
import { baseline } from '../../../harness/assertions/baseline.ts';
import type { RunRecord } from '../../../harness/record/run-record.ts';
import { sampleEvidence } from './sample-record.ts';

const EXPRESSION = 'max(execution.duration)';

/** A run of `seconds`, judged against (or added to) the file in `files`. */
function run(
  files: Record<string, string>,
  seconds: number,
  update = false,
  change?: (record: RunRecord) => void,
) {
  const evidence = sampleEvidence((record) => {
    record.executions[0]!.stoppedAtMs = 1000 + 1000 * seconds;
    change?.(record);
  });
  const references = {
    update,
    read: (path: string) => files[path],
    write: (path: string, text: string) => {
      files[path] = text;
    },
  };
  const expected = baseline.schema.parse({ file: 'b.json', compare: { [EXPRESSION]: { rise: '10 %' } } });
  return baseline.evaluate(expected, { ...evidence, references })[0]!;
}

describe('expect.baseline', () => {
  const files: Record<string, string> = {};
  for (const seconds of [10, 10.4, 9.8, 10.1, 12]) run(files, seconds, true);

  it.each([
    [10, 'passed'],
    [11.3, 'passed'],
    [5, 'passed'],
    [15, 'failed'],
  ])('%d s against 9.8 to 12 s: %s', (seconds, outcome) => {
    expect(run(files, seconds).outcome).toBe(outcome);
  });

  it('is never compared with another machine, nor passed without values', () => {
    const elsewhere = run(files, 10, false, (record) => {
      record.host.cpuModel = 'another';
    });
    expect(elsewhere).toMatchObject({ outcome: 'not judged', actual: expect.stringContaining('--update') });
  });

  it('says of a damaged file what to do', () => {
    expect(() => run({ 'b.json': '{"x": 1' }, 10)).toThrow(/no JSON of values/);
  });

  it('refuses shares without a unit', () => {
    const parse = (compare: unknown) => () => baseline.schema.parse({ file: 'b', compare });
    expect(parse({ [EXPRESSION]: { rise: '0.1' } })).toThrow(/no share/);
    expect(parse({ [EXPRESSION]: {} })).toThrow(/rise/);
  });

  it('judges repeats together, at the last one', () => {
    const recordOf = (seconds: number) =>
      sampleEvidence((record) => {
        record.executions[0]!.stoppedAtMs = 1000 + 1000 * seconds;
      }).record;
    const judged = (earlier: number[], last: number, remaining: number) => {
      const expected = baseline.schema.parse({ file: 'b.json', compare: { [EXPRESSION]: { rise: '10 %' } } });
      const references = { update: false, read: (path: string) => files[path], write: () => {} };
      const evidence = { record: recordOf(last), runFolder: '', references };
      return baseline.evaluate(expected, {
        ...evidence,
        repeats: { earlier: earlier.map(recordOf), remaining },
      })[0]!;
    };
    expect(judged([], 15, 2)).toMatchObject({ outcome: 'not judged', follows: true });
    // One slow repeat of five is noise, five are not.
    expect(judged([10, 10.2, 9.9, 10.1], 20, 0)).toMatchObject({
      outcome: 'passed',
      actual: expect.stringContaining('median of 5 repeats'),
    });
    expect(judged([15, 15.5, 14.8, 15.1], 15.2, 0).outcome).toBe('failed');
  });

  it('compares across machines what no machine changes', () => {
    const kept: Record<string, string> = {};
    const at = (model: string, update: boolean) => {
      const evidence = sampleEvidence((record) => {
        record.host.cpuModel = model;
      });
      const references = {
        update,
        read: (path: string) => kept[path],
        write: (path: string, text: string) => {
          kept[path] = text;
        },
      };
      const spec = { file: 'b.json', machine: 'any', compare: { coldStarts: { rise: '0 %' } } };
      return baseline.evaluate(baseline.schema.parse(spec), { ...evidence, references })[0]!;
    };
    at('one', true);
    expect(at('another', false).outcome).toBe('passed');
  });
});
