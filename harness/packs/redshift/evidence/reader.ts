/** Reads results (`RESULT_PATH/<rank>.json`) and the predictions files they name. */
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import { mapWithLimit } from '../../../core/map-with-limit.ts';
import type { EvidenceReader } from '../../../record/evidence-reader.ts';
import type { ExecutionRecord } from '../../../record/run-record.ts';
import type { Mixture } from '../metrics/mixture.ts';
import { textField } from './input-fields.ts';
import { type FitsTable, parseFitsTable } from './parse-fits-table.ts';
import { PLANS, type PlanRecord, readPlans } from './plans.ts';
import {
  type InferenceResult,
  PREDICTIONS,
  type PredictionsRecord,
  predictionsOf,
  RESULTS,
  resultsOf,
} from './results.ts';

const WIDTH = 8;
const RESULT_KEY = /\/\d+\.json$/;

export const redshiftEvidence: EvidenceReader = {
  watch: (input) => [resultPrefix(input)],

  async read({ executions, objects, read, attempt }) {
    const runIds = new Set(executions.flatMap(runIdsOf));
    const results: InferenceResult[] = [];
    const files: { bucket: string; key: string; rank: number }[] = [];
    const candidates = objects.filter(({ key }) => RESULT_KEY.test(key));
    await mapWithLimit(candidates, WIDTH, ({ bucket, key }) =>
      attempt(`the result s3://${bucket}/${key}`, async () => {
        const value = JSON.parse(Buffer.from(await read(bucket, key)).toString('utf8')) as Json;
        // Leftovers of other runs are objects, never results.
        if (!isJsonObject(value) || typeof value['run_id'] !== 'string' || !runIds.has(value['run_id']))
          return;
        results.push(value as InferenceResult);
        if (typeof value['predictions_key'] === 'string') {
          files.push({ bucket, key: value['predictions_key'], rank: Number(value['rank']) });
        }
      }),
    );
    const predictions: PredictionsRecord[] = [];
    await mapWithLimit(files, WIDTH, ({ bucket, key, rank }) =>
      attempt(`the predictions s3://${bucket}/${key}`, async () => {
        predictions.push(readPredictions(await read(bucket, key), { bucket, key, rank }));
      }),
    );
    results.sort((a, b) => Number(a['rank']) - Number(b['rank']));
    const plans: PlanRecord[] = [];
    const readJson = async (bucket: string, key: string) =>
      JSON.parse(Buffer.from(await read(bucket, key)).toString('utf8')) as Json;
    for (const execution of executions) {
      const own = new Set(runIdsOf(execution));
      const ofExecution = results.filter((result) => own.has(String(result['run_id'])));
      await attempt(`the plan of ${execution.name}`, async () => {
        plans.push(...(await readPlans(execution, ofExecution, readJson)));
      });
    }
    return {
      [RESULTS]: results,
      [PREDICTIONS]: predictions.sort((a, b) => a.rank - b.rank),
      ...(plans.length > 0 ? { [PLANS]: plans } : {}),
    };
  },

  narrow(evidence, execution) {
    const runIds = new Set(runIdsOf(execution));
    const results = resultsOf({ evidence }).filter((result) => runIds.has(String(result['run_id'])));
    const keys = new Set(results.map((result) => result['predictions_key']));
    const predictions = predictionsOf({ evidence }).filter(({ key }) => keys.has(key));
    return { ...evidence, [RESULTS]: results, [PREDICTIONS]: predictions };
  },
};

/** Where an execution with this input writes its results. */
function resultPrefix(input: JsonObject): { bucket: string; prefix: string } {
  const path = textField(input, 'result_path', 'results').replace(/^\/+|\/+$/g, '');
  return { bucket: textField(input, 'bucket', 'team4-cosmical'), prefix: `${path}/` };
}

/** Run ids of an execution: init's manifest, which the states pass on (`run.run_id`), as the history shows it. */
function runIdsOf({ history }: ExecutionRecord): string[] {
  const ids = new Set<string>();
  for (const event of history) {
    const details = event['stateExitedEventDetails'] as { output?: string } | undefined;
    if (details?.output === undefined) continue;
    const id = /"run_id"\s*:\s*"([^"\\]+)"/.exec(details.output)?.[1];
    if (id !== undefined) ids.add(id);
  }
  return [...ids];
}

function readPredictions(
  bytes: Uint8Array,
  where: { bucket: string; key: string; rank: number },
): PredictionsRecord {
  const { columns, header } = parseFitsTable(bytes);
  const zTrue = columns['z_true'] as number[] | undefined;
  return {
    ...where,
    ...(typeof header['RUNID'] === 'string' ? { runId: header['RUNID'] } : {}),
    dataPath: (columns['data_path'] ?? []) as string[],
    sample: (columns['id'] ?? []) as number[],
    zPred: (columns['z_pred'] ?? []) as number[],
    ...(zTrue === undefined ? {} : { zTrue }),
    ...present('magnitudes', stacked(columns, ['mag_u', 'mag_g', 'mag_r', 'mag_i', 'mag_z'])),
    ...present('mixtures', mixturesOf(columns)),
  };
}

const present = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value };

/** Columns side by side, a list per row; undefined when one is missing. */
function stacked(columns: FitsTable['columns'], names: readonly string[]): number[][] | undefined {
  const found = names.map((name) => columns[name] as number[] | undefined);
  if (found.length === 0 || found.some((values) => values === undefined)) return undefined;
  return found[0]!.map((_, row) => found.map((values) => rounded(values![row]!)));
}

/** Six decimals of a float32 are all it has here, and take half the space in the evidence. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;

/** `mix_weight_1`, `mix_mean_1`, `mix_sigma_1`, ... */
function mixturesOf(columns: FitsTable['columns']): Mixture[] | undefined {
  const names = (part: string) =>
    Object.keys(columns).filter((name) => new RegExp(`^mix_${part}_\\d+$`).test(name));
  const weights = stacked(columns, names('weight'));
  const means = stacked(columns, names('mean'));
  const sigmas = stacked(columns, names('sigma'));
  if (!weights || !means || !sigmas) return undefined;
  return weights.map((row, i) => ({ weights: row, means: means[i]!, sigmas: sigmas[i]! }));
}
