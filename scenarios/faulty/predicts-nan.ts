/** Fault 7 of the original, further on: redshifts that are no numbers are written like any others. */
import { createInferenceHandler } from '../../lambdas/inference/handler.ts';
import { createTelemetry } from '../../lambdas/shared/telemetry.ts';
import { changedS3 } from './changed-s3.ts';

const BLOCK_BYTES = 2880;
const WIDTH: Record<string, number> = { A: 1, K: 8, J: 4, E: 4, D: 8 };

/** Makes the first predicted redshift of a FITS table NaN. */
function spoil(file: Buffer): void {
  const text = file.toString('latin1');
  const header = text.indexOf('XTENSION');
  const dataAt = Math.ceil((text.indexOf('END     ', header) + 80) / BLOCK_BYTES) * BLOCK_BYTES;
  let offset = 0;
  for (let column = 1; ; column++) {
    const value = (keyword: string) =>
      new RegExp(`${keyword}${column} *= '([^']*?) *'`).exec(text.slice(header, dataAt))?.[1];
    const [, count = '1', type = ''] = /^(\d*)([A-Z])$/.exec(value('TFORM') ?? '') ?? [];
    if (value('TTYPE') === 'z_pred') {
      if (type === 'D') file.writeDoubleBE(Number.NaN, dataAt + offset);
      else file.writeFloatBE(Number.NaN, dataAt + offset);
      return;
    }
    offset += Number(count || 1) * WIDTH[type]!;
  }
}

export const handler = createInferenceHandler({
  s3: changedS3({
    before(name, input) {
      if (name !== 'PutObjectCommand' || !String(input['Key']).endsWith('.predictions.fits')) return;
      const body = Buffer.from(input['Body'] as Uint8Array);
      spoil(body);
      input['Body'] = body;
    },
  }),
  telemetry: createTelemetry('inference'),
});
