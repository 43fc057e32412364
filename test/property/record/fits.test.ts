import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFitsTable } from '../../../harness/packs/redshift/evidence/parse-fits-table.ts';
import { renderPredictionsFits } from '../../../lambdas/inference/predictions-fits.ts';

const partition = fc
  .record({
    dataPath: fc.stringMatching(/^[!-~]([ -~]{0,200}[!-~])?$/),
    z: fc.array(fc.tuple(fc.float({ noNaN: true }), fc.float({ noNaN: true })), { maxLength: 40 }),
    known: fc.boolean(),
  })
  .map(({ dataPath, z, known }) => ({
    dataPath,
    zPred: Float32Array.from(z, ([pred]) => pred),
    magnitudes: new Float32Array(5 * z.length).fill(17.5),
    ...(known ? { zTrue: Float32Array.from(z, ([, truth]) => truth) } : {}),
    batchSeconds: [],
    iterationS: 0,
  }));

describe('the FITS table of predictions', () => {
  it('reads back as it was written, in blocks of 2,880 bytes', () => {
    const header = fc.record({ RUNID: fc.stringMatching(/^[!-~]([ -~]{0,300}[!-~])?$/), RANK: fc.nat() });
    fc.assert(
      fc.property(fc.array(partition, { maxLength: 4 }), header, (partitions, keywords) => {
        const file = renderPredictionsFits(partitions, keywords);
        expect(file.length % 2880).toBe(0);
        const table = parseFitsTable(file);
        expect(table.header['RUNID']).toBe(keywords.RUNID);
        expect(table.header['RANK']).toBe(keywords.RANK);
        expect(table.columns['data_path']).toEqual(
          partitions.flatMap((p) => [...p.zPred].map(() => p.dataPath)),
        );
        expect(table.columns['id']).toEqual(partitions.flatMap((p) => [...p.zPred.keys()]));
        expect(table.columns['z_pred']).toEqual(partitions.flatMap((p) => [...p.zPred]));
        if (partitions.some(({ zTrue }) => zTrue)) {
          const truth = partitions.flatMap((p) =>
            p.zTrue ? [...p.zTrue] : [...p.zPred].map(() => Number.NaN),
          );
          expect(table.columns['z_true']).toEqual(truth);
        } else {
          expect(table.columns['z_true']).toBeUndefined();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a file cut short, or of anything else, is an Error that says what is wrong', () => {
    const whole = renderPredictionsFits(
      [
        {
          dataPath: 'a',
          zPred: new Float32Array(900),
          magnitudes: new Float32Array(4500),
          batchSeconds: [],
          iterationS: 0,
        },
      ],
      {},
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 2881 }), (length) => {
        expect(() => parseFitsTable(whole.subarray(0, length))).toThrow(Error);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => parseFitsTable(bytes)).toThrow(Error);
      }),
    );
  });
});
