/**
 * What a run planned and joined: the jobs that init wrote for the Distributed Map, its payload, and the results that
 * summarize joined. Compared with each other and with the execution's input when they are read, for with ten thousand
 * partitions they are too large for a record.
 */
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import type { ExecutionRecord, RunRecord } from '../../../record/run-record.ts';

export const PLANS = 'plans';

export interface PlanRecord {
  /** `s3://BUCKET/KEY` of what was compared. */
  name: string;
  /** One sentence each. */
  problems: string[];
}

export const plansOf = ({ evidence }: Pick<RunRecord, 'evidence'>) =>
  (evidence[PLANS] ?? []) as readonly PlanRecord[];

type ReadJson = (bucket: string, key: string) => Promise<Json>;

/** Of one execution; nothing of pipelines that plan otherwise. */
export async function readPlans(
  { history, input, output, status }: ExecutionRecord,
  results: readonly JsonObject[],
  read: ReadJson,
): Promise<PlanRecord[]> {
  const plans: PlanRecord[] = [];
  const run = manifestOf(history);
  if (run) {
    const { bucket, payload_key: payloadKey, jobs_key: jobsKey } = run as { [name: string]: string };
    const [payload, jobs] = [await read(bucket!, payloadKey!), await read(bucket!, jobsKey!)];
    plans.push({ name: `s3://${bucket}/${payloadKey}`, problems: planProblems(input, payload, jobs) });
  }
  const body = isJsonObject(output ?? null) ? (output as JsonObject)['body'] : undefined;
  const { combined_key: key, result_bucket: bucket } = isJsonObject(body ?? null) ? (body as JsonObject) : {};
  if (status === 'SUCCEEDED' && typeof key === 'string' && typeof bucket === 'string') {
    const combined = await read(bucket, key);
    const problems = combinedProblems(combined, results);
    const wanted = run?.['run_id'];
    const found = (body as JsonObject)['run_id'];
    if (wanted !== undefined && found !== wanted)
      problems.push(`the output is of run ${shown(found)} instead of ${shown(wanted)}`);
    plans.push({ name: `s3://${bucket}/${key}`, problems });
  }
  return plans;
}

/** Init's manifest, as the state that left it shows. */
function manifestOf(history: ExecutionRecord['history']): JsonObject | undefined {
  for (const event of history) {
    const { output } = (event['stateExitedEventDetails'] ?? {}) as { output?: string };
    if (!output?.includes('"jobs_key"')) continue;
    const value = JSON.parse(output) as Json;
    const run = isJsonObject(value) ? value['run'] : undefined;
    if (isJsonObject(run ?? null) && typeof (run as JsonObject)['payload_key'] === 'string')
      return run as JsonObject;
  }
  return undefined;
}

export function planProblems(input: Json, payload: Json, jobs: Json): string[] {
  if (!isJsonObject(payload) || !Array.isArray(jobs))
    return ['the payload is no object, or the jobs are no list'];
  const problems: string[] = [];
  const differs = (what: string, found: Json | undefined, wanted: Json | undefined) => {
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      problems.push(`${what} is ${shown(found)} instead of ${shown(wanted)}`);
  };
  for (const [name, value] of Object.entries(isJsonObject(input) ? input : {})) {
    const found = payload[name];
    // Inputs may give numbers as texts.
    if (isScalar(value) && isScalar(found)) differs(name, String(found), String(value));
    else if (isScalar(value) && found === null) problems.push(`${name} is null instead of ${shown(value)}`);
  }
  if (JSON.stringify(payload['jobs']) !== JSON.stringify(jobs))
    problems.push('the jobs of the payload are not those of the Map');
  const map = isJsonObject(payload['data_map'] ?? null) ? (payload['data_map'] as JsonObject) : {};
  const run = isJsonObject(payload['run'] ?? null) ? (payload['run'] as JsonObject) : {};
  differs('the number of ranks', Object.keys(map).length, jobs.length);
  differs('run.world_size', run['world_size'], jobs.length);
  differs(
    'run.files',
    run['files'],
    Object.values(map)
      .flat()
      .filter((path) => path !== null).length,
  );
  jobs.forEach((job, rank) => {
    if (!isJsonObject(job)) return;
    differs(`RANK of job ${rank}`, job['RANK'], String(rank));
    differs(`WORLD_SIZE of job ${rank}`, job['WORLD_SIZE'], String(jobs.length));
    differs(`DATA_PATH of job ${rank}`, job['DATA_PATH'], map[String(rank)]);
    differs(`BATCH_SIZE of job ${rank}`, job['BATCH_SIZE'], payload['batch_size']);
    differs(`FILE_LIMIT of job ${rank}`, job['FILE_LIMIT'], payload['file_limit']);
  });
  return problems;
}

/** Every result as it was written, in the order of the ranks. */
export function combinedProblems(combined: Json, results: readonly JsonObject[]): string[] {
  if (!Array.isArray(combined)) return ['it is no list'];
  if (combined.length !== results.length)
    return [`it holds ${combined.length} results instead of ${results.length}`];
  return combined.flatMap((one, index) => {
    const result = results[index]!;
    const path = firstDifference(one, result);
    return path === undefined
      ? []
      : [`result ${index} is not that of rank ${shown(result['rank'])}: ${path} differs`];
  });
}

/** Path of a member that two values have otherwise; members that only one has count. */
function firstDifference(a: Json | undefined, b: Json | undefined, path = ''): string | undefined {
  if (a === undefined || b === undefined || !isNested(a) || !isNested(b))
    return JSON.stringify(a) === JSON.stringify(b) ? undefined : path || 'it';
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const name of names) {
    const [one, other] = [a as JsonObject, b as JsonObject].map((value) => value[name]);
    const found = firstDifference(one, other, path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isNested = (value: Json): value is JsonObject => typeof value === 'object' && value !== null;
const isScalar = (value: Json | undefined): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
const shown = (value: Json | undefined) => (value === undefined ? 'missing' : JSON.stringify(value));
