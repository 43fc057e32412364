import { describe, expect, it } from 'vitest';
import { predictions } from '../../../../harness/packs/redshift/expectations/predictions.ts';
import type { RunRecord } from '../../../../harness/record/run-record.ts';
import { predictionsIn, sampleEvidence } from '../../assertions/sample-record.ts';

/** Three samples of two partitions; the ranks have one partition each. */
const few = (record: RunRecord) => {
  for (const table of predictionsIn(record)) {
    table.dataPath = table.dataPath.slice(0, 3);
    table.sample = [0, 1, 2];
    table.zPred = [0.1, 0.2, 0.3];
  }
};

function judge(
  file: string | undefined,
  {
    tolerance,
    update = false,
    change = few,
  }: { tolerance?: number; update?: boolean; change?: typeof few } = {},
) {
  const written: Record<string, string> = {};
  const references = {
    update,
    read: () => file,
    write(path: string, text: string) {
      written[path] = text;
    },
  };
  const expected = { reference: { file: 'z.json', ...(tolerance === undefined ? {} : { tolerance }) } };
  const [verdict] = predictions.evaluate(predictions.schema.parse(expected), {
    ...sampleEvidence(change),
    references,
  });
  return { ...verdict!, written: written['z.json'] };
}

const REFERENCE = '{\n  "25MB/1.pt": [0.1,0.2,0.3],\n  "25MB/2.pt": [0.1,0.2,0.3]\n}\n';

describe('expect.predictions.reference', () => {
  it('is written by --update, a line per partition, and then equal', () => {
    const { outcome, written } = judge(undefined, { update: true });
    expect([outcome, written]).toEqual(['passed', REFERENCE]);
    expect(judge(REFERENCE)).toMatchObject({
      outcome: 'passed',
      actual: 'equal in 6 samples',
      path: ['reference'],
    });
  });

  it('names the worst sample', () => {
    const off = (record: RunRecord) => {
      few(record);
      predictionsIn(record)[0]!.zPred[1] = 0.2001;
      predictionsIn(record)[1]!.zPred[2] = 0.29;
    };
    expect(judge(REFERENCE, { change: off })).toMatchObject({
      outcome: 'failed',
      expected: 'as in z.json, within 0.000001',
      actual: '2 of 6 samples differ, the worst is 25MB/2.pt sample 2: 0.29 instead of 0.3, off by 0.0100',
    });
    expect(judge(REFERENCE, { change: off, tolerance: 0.001 }).actual).toMatch(/^1 of 6 samples differ/);
    expect(judge(REFERENCE, { change: off, tolerance: 0.02 }).outcome).toBe('passed');
  });

  it('takes no redshift for equal to one that is not finite', () => {
    const nan = (record: RunRecord) => {
      few(record);
      predictionsIn(record)[0]!.zPred[0] = Number.NaN;
    };
    const { written } = judge(undefined, { update: true, change: nan });
    expect(JSON.parse(written!)['25MB/1.pt'][0]).toBeNull();
    expect(judge(REFERENCE, { change: nan, tolerance: 9 }).actual).toBe(
      '1 of 6 samples differ, the worst is 25MB/1.pt sample 0: none instead of 0.1',
    );
    expect(judge(written, { change: nan }).outcome).toBe('failed');
  });

  it('tells of samples and partitions that are too few or too many', () => {
    const shorter = '{"25MB/1.pt": [0.1,0.2], "25MB/3.pt": [0.5]}';
    expect(judge(shorter)).toMatchObject({
      outcome: 'failed',
      actual:
        '25MB/1.pt has 3 samples instead of 2; no predictions of 25MB/3.pt; not in the reference: 25MB/2.pt',
    });
  });

  it('fails without a file, refuses one that is none, and writes nothing of nothing', () => {
    expect(judge(undefined).actual).toMatch(/does not exist; run with --update/);
    expect(() => judge('{"a": "b"}')).toThrow(/z\.json is no JSON of redshifts/);
    const none = (record: RunRecord) => {
      record.evidence['predictions'] = [];
    };
    expect(judge(undefined, { update: true, change: none })).toMatchObject({
      outcome: 'failed',
      written: undefined,
    });
  });
});
