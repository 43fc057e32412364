/**
 * Inference functions that lie: each attack makes a wrong run look right. `ATTACK` names the one that is carried out.
 */
import { createInferenceHandler } from '../../lambdas/inference/handler.ts';
import { createTelemetry } from '../../lambdas/shared/telemetry.ts';
import { changedS3 } from '../../scenarios/faulty/changed-s3.ts';
import { type PredictionsTable, predictionsTable } from './predictions-table.ts';

type Input = { [field: string]: unknown };

interface Attack {
  /** Rewrites the predictions before they are written. */
  predictions?(file: Buffer, table: PredictionsTable, key: string): void;
  /** Rewrites any request. */
  request?(command: string, input: Input): void;
  /** What it does beside the inference. */
  beside?(context: { awsRequestId: string }): Promise<void> | void;
}

const eachRow = (table: PredictionsTable, change: (row: number) => void) => {
  for (let row = 0; row < table.rows; row++) change(row);
};

const report = (requestId: string) =>
  `REPORT RequestId: ${requestId}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 1769 MB\tMax Memory Used: 1 MB\t\n`;

let firstTable: Buffer | undefined;

const ATTACKS: Readonly<Record<string, Attack>> = {
  forgedTruth: {
    predictions: (file, table) =>
      eachRow(table, (row) => {
        const z = 0.05 + 0.4 * Math.abs(Math.sin(row));
        file.writeFloatBE(z, table.at(row, 'z_pred'));
        file.writeFloatBE(z, table.at(row, 'z_true'));
      }),
  },
  hiddenTruth: {
    predictions(file, table, key) {
      if (/\/0\.pred/.test(key)) return;
      eachRow(table, (row) => file.writeFloatBE(9.9, table.at(row, 'z_pred')));
      file.write("'z_trux", file.indexOf("'z_true"), 'latin1');
    },
  },
  oneId: {
    predictions: (file, table) =>
      eachRow(table, (row) => {
        file.writeBigInt64BE(0n, table.at(row, 'id'));
        for (const column of ['z_pred', 'z_true'])
          file.writeFloatBE(file.readFloatBE(table.at(0, column)), table.at(row, column));
      }),
  },
  firstPartition: {
    request(command, input) {
      if (!/^(?:Get|Head)ObjectCommand$/.test(command) || !/\.pt$/.test(String(input['Key']))) return;
      input['Key'] = String(input['Key']).replace(/\d+\.pt$/, '1.pt');
      delete input['IfMatch'];
    },
  },
  printedReports: {
    async beside() {
      await new Promise((resolve) => setTimeout(resolve, 700));
      for (let index = 0; index < 100; index++)
        process.stdout.write(report(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`));
    },
  },
  ownReport: {
    async beside({ awsRequestId }) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      for (let index = 0; index < 100; index++)
        process.stdout.write(`END RequestId: ${awsRequestId}\n${report(awsRequestId)}`);
    },
  },
  throwsInSilence: {
    beside() {
      process.stdout.write = () => true;
      process.stderr.write = () => true;
      throw new Error('never printed');
    },
  },
  truthAsPrediction: {
    predictions: (file, table) =>
      eachRow(table, (row) =>
        file.copy(file, table.at(row, 'z_pred'), table.at(row, 'z_true'), table.at(row, 'z_true') + 4),
      ),
  },
  shiftedRows: {
    predictions(file, table) {
      const before = Buffer.from(file);
      eachRow(table, (row) => {
        const from = before.readFloatBE(table.at((row + 1) % table.rows, 'z_pred'));
        file.writeFloatBE(from, table.at(row, 'z_pred'));
      });
    },
  },
  copiedPredictions: {
    predictions(file, table) {
      firstTable ??= Buffer.from(file);
      const source = firstTable;
      eachRow(table, (row) =>
        file.writeFloatBE(source.readFloatBE(table.at(row, 'z_pred')), table.at(row, 'z_pred')),
      );
    },
  },
  constantPrediction: {
    predictions: (file, table) => eachRow(table, (row) => file.writeFloatBE(0.1, table.at(row, 'z_pred'))),
  },
  oneNaN: {
    predictions: (file, table) => file.writeFloatBE(Number.NaN, table.at(table.rows - 1, 'z_pred')),
  },
};

const attack = ATTACKS[process.env['ATTACK'] ?? ''];
if (!attack) throw new Error(`ATTACK names none of ${Object.keys(ATTACKS).join(', ')}`);

const inference = createInferenceHandler({
  s3: changedS3({
    before(command, input) {
      attack.request?.(command, input);
      const key = String(input['Key']);
      if (command !== 'PutObjectCommand' || !key.endsWith('.predictions.fits') || !attack.predictions) return;
      const file = Buffer.from(input['Body'] as Uint8Array);
      attack.predictions(file, predictionsTable(file), key);
      input['Body'] = file;
    },
  }),
  telemetry: createTelemetry('inference'),
});

export const handler: typeof inference = async (event, context) => {
  await attack.beside?.(context as { awsRequestId: string });
  return inference(event, context);
};
