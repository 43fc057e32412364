import { expect, it } from 'vitest';
import { fitsRows } from '../../../../harness/packs/redshift/evidence/fits-rows.ts';
import { parseFitsTable } from '../../../../harness/packs/redshift/evidence/parse-fits-table.ts';
import { renderPredictionsFits } from '../../../../lambdas/inference/predictions-fits.ts';

const file = renderPredictionsFits(
  [
    {
      dataPath: '25MB/1.pt',
      zPred: Float32Array.of(0.1, 0.2, 0.3),
      zTrue: Float32Array.of(0.11, 0.21, 0.31),
      batchSeconds: [],
      iterationS: 0,
    } as never,
  ],
  { RANK: 0 },
);

it('writes the same bytes for the same rows', () => {
  const { rows, render } = fitsRows(file)!;
  expect(rows).toHaveLength(3);
  expect(Buffer.from(render(rows)).equals(Buffer.from(file))).toBe(true);
});

it('writes fewer, more and changed rows', () => {
  const { rows, render } = fitsRows(file)!;
  expect(parseFitsTable(render(rows.slice(1)))).toMatchObject({ rows: 2, columns: { id: [1, 2] } });
  expect(parseFitsTable(render([...rows, rows[0]!])).rows).toBe(4);
  const changed = parseFitsTable(render([{ ...rows[0]!, z_pred: Number.NaN }, ...rows.slice(1)]));
  expect(changed.columns['z_pred']![0]).toBeNaN();
});

it('knows no other files', () => {
  expect(fitsRows(Buffer.from('{"a":1}'))).toBeUndefined();
  expect(fitsRows(file.subarray(0, 3000))).toBeUndefined();
});
