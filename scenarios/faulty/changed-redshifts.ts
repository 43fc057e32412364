/** An inference whose predicted redshifts are changed before they are written: what the variants here are made of. */
import { createInferenceHandler } from '../../lambdas/inference/handler.ts';
import { createTelemetry } from '../../lambdas/shared/telemetry.ts';
import { changedS3 } from './changed-s3.ts';

const BLOCK_BYTES = 2880;
const WIDTH: Record<string, number> = { A: 1, K: 8, J: 4, E: 4, D: 8 };

/** Puts `change(z, row)` in the place of every z_pred of a FITS table. */
function changeTable(file: Buffer, change: (z: number, row: number) => number): void {
  const text = file.toString('latin1');
  const header = text.indexOf('XTENSION');
  const dataAt = Math.ceil((text.indexOf('END     ', header) + 80) / BLOCK_BYTES) * BLOCK_BYTES;
  const head = text.slice(header, dataAt);
  const textOf = (keyword: string) => new RegExp(`${keyword} *= '([^']*?) *'`).exec(head)?.[1];
  const numberOf = (keyword: string) => Number(new RegExp(`${keyword} *= *(\\d+)`).exec(head)?.[1]);
  let offset = 0;
  for (let column = 1; ; column++) {
    const [, count = '1', type = ''] = /^(\d*)([A-Z])$/.exec(textOf(`TFORM${column}`) ?? '') ?? [];
    if (textOf(`TTYPE${column}`) !== 'z_pred') {
      offset += Number(count || 1) * WIDTH[type]!;
      continue;
    }
    for (let row = 0; row < numberOf('NAXIS2'); row++) {
      const at = dataAt + row * numberOf('NAXIS1') + offset;
      if (type === 'D') file.writeDoubleBE(change(file.readDoubleBE(at), row), at);
      else file.writeFloatBE(change(file.readFloatBE(at), row), at);
    }
    return;
  }
}

export function inferenceWithRedshifts(change: (z: number, row: number) => number) {
  return createInferenceHandler({
    s3: changedS3({
      before(name, input) {
        if (name !== 'PutObjectCommand' || !String(input['Key']).endsWith('.predictions.fits')) return;
        const body = Buffer.from(input['Body'] as Uint8Array);
        changeTable(body, change);
        input['Body'] = body;
      },
    }),
    telemetry: createTelemetry('inference'),
  });
}
