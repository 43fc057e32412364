/** From records of finished runs to a profile. */
import { ExitCode, HarnessError } from '../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { statesOfFunctions } from '../metrics/cost/states-of-functions.ts';
import { functionNamed, hasFailed } from '../metrics/invocations.ts';
import type { ExecutionRecord, HistoryRecord, InvocationRecord, RunRecord } from '../record/run-record.ts';
import { stateNames } from '../record/state-names.ts';
import type { FunctionProfile, Profile } from './profile.ts';

/** Inputs of children that a profile keeps of each Map: they differ in names, hardly in what they cost. */
const KEPT_INPUTS = 10;

const MiB = 1024 ** 2;

interface Run {
  record: RunRecord;
  execution: ExecutionRecord;
  definition: JsonObject;
  partitions: number;
  /** Mean size of a partition. */
  partitionBytes: number;
}

/**
 * The profile of runs of one state machine, of the same or of several partition sizes.
 * @throws HarnessError `no-profile` (exit code 2) when a run can't serve, with the reason.
 */
export function profileOf(records: readonly RunRecord[]): Profile {
  const runs = records.map(usable);
  const first = runs[0];
  if (!first) throw noProfile('no run was given', 'Name one or more runs.');
  const other = runs.find(
    ({ definition }) => JSON.stringify(definition) !== JSON.stringify(first.definition),
  );
  if (other)
    throw noProfile(
      `${other.record.runId} ran another definition than ${first.record.runId}`,
      'Give runs of one state machine.',
    );
  const { backend, clock, host } = first.record;
  return {
    kind: 'Profile',
    version: 1,
    source: {
      backend: backend.name,
      clock,
      cpuModel: host.cpuModel,
      cpus: host.cpus,
      runs: runs.map(({ record }) => record.runId),
    },
    definition: first.definition,
    type: first.execution.executionArn.includes(':express:') ? 'EXPRESS' : 'STANDARD',
    input: first.execution.input,
    states: statesOf(runs),
    functions: functionsOf(runs),
    maps: mapsOf(runs),
    partitionBytes: [...new Set(runs.map(sizeOf))].sort((a, b) => a - b),
  };
}

function usable(record: RunRecord): Run {
  const { runId, executions, dataset, invocations } = record;
  const execution = executions[0];
  const refuse = (reason: string, remedy: string) => noProfile(`${runId} ${reason}`, remedy);
  if (!execution || executions.length > 1)
    throw refuse(`has ${executions.length} executions`, 'Give runs of one execution each.');
  if (execution.status !== 'SUCCEEDED')
    throw refuse(`ended ${execution.status}`, 'Give runs that succeeded.');
  if (!execution.definition) throw refuse('does not hold the definition that ran', 'Run the scenario again.');
  if (!dataset || dataset.partitions.length === 0)
    throw refuse('has no dataset', "Give runs of a scenario with a 'dataset'.");
  if (invocations.length === 0) throw refuse('invoked no function', 'Give runs that invoke functions.');
  const bytes = dataset.partitions.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  const partitions = dataset.partitions.length;
  return {
    record,
    execution,
    definition: execution.definition,
    partitions,
    partitionBytes: dataset.nominalPartitionBytes ?? bytes / partitions,
  };
}

const noProfile = (reason: string, remedy: string) =>
  new HarnessError('no-profile', `No profile can be made: ${reason}.`, {
    exitCode: ExitCode.inputWrong,
    remedy,
  });

/** Partitions of the same size in MiB to three digits count as one size. */
const sizeOf = ({ partitionBytes }: Run): number => Number((partitionBytes / MiB).toPrecision(3)) * MiB;

function functionsOf(runs: readonly Run[]): FunctionProfile[] {
  const found = new Map<string, FunctionProfile>();
  for (const run of runs) {
    const stateOf = statesOfFunctions(run.record);
    for (const one of run.record.invocations) {
      if (hasFailed(one)) continue;
      const { repeated } = stateOf(one.functionName);
      add(found, functionNamed(run.record, one.functionName), one, run, repeated);
    }
  }
  return [...found.values()];
}

function add(
  found: Map<string, FunctionProfile>,
  name: string,
  one: InvocationRecord,
  run: Run,
  repeated: boolean,
): void {
  const known = found.get(name) ?? {
    name,
    memorySizeMB: one.memorySizeMB,
    variable: repeated ? ('partitionBytes' as const) : ('partitions' as const),
    warm: [],
    cold: [],
    maxMemoryUsedMB: 0,
  };
  found.set(name, known);
  known.maxMemoryUsedMB = Math.max(known.maxMemoryUsedMB, one.maxMemoryUsedMB);
  const sample = { x: repeated ? sizeOf(run) : run.partitions, durationMs: one.durationMs };
  if (one.initDurationMs === undefined) known.warm.push(sample);
  else known.cold.push({ ...sample, initMs: one.initDurationMs });
}

function mapsOf(runs: readonly Run[]): Profile['maps'] {
  const maps: Profile['maps'] = {};
  for (const { execution, partitions } of runs) {
    for (const { mapRunArn, executionCounts } of execution.mapRuns) {
      const label = /:mapRun:[^/]+\/([^:]+):/.exec(mapRunArn)?.[1];
      if (label === undefined) continue;
      const inputs = execution.children.flatMap((child) =>
        child.mapRunArn === mapRunArn && child.input !== undefined ? [child.input] : [],
      );
      maps[label] ??= {
        childrenPerPartition: executionCounts.total / partitions,
        inputs: inputs.slice(0, KEPT_INPUTS),
      };
    }
  }
  return maps;
}

function statesOf(runs: readonly Run[]): Profile['states'] {
  const states: Profile['states'] = {};
  for (const { record, execution } of runs) {
    const histories = [
      execution.history,
      ...execution.children.flatMap(({ history }) => (history ? [history] : [])),
    ];
    for (const history of histories) addTasks(states, history, record);
  }
  return states;
}

/** Tasks of one history: their function, time from start to result, and result. */
function addTasks(states: Profile['states'], history: readonly HistoryRecord[], record: RunRecord): void {
  const names = stateNames(history);
  const byId = new Map(history.map((event) => [event.id, event]));
  for (const event of history) {
    if (!/^(Task|LambdaFunction)Succeeded$/.test(event.type)) continue;
    const state = names.get(event.id);
    if (state === undefined) continue;
    let started: HistoryRecord | undefined = event;
    while (started && !/Scheduled$/.test(started.type)) started = byId.get(started.previousEventId);
    const functionName = started && invokedBy(started, record);
    states[state] ??= {
      ...(functionName === undefined ? {} : { functionName }),
      durationsMs: [],
      outputText: outputOf(event) ?? 'null',
    };
    if (started && functionName === undefined)
      states[state].durationsMs.push(event.timestampMs - started.timestampMs);
  }
}

/** The project's name of the function that a Scheduled event invokes. */
function invokedBy(event: HistoryRecord, record: RunRecord): string | undefined {
  const direct = member(event['lambdaFunctionScheduledEventDetails'], 'resource');
  const parameters = member(event['taskScheduledEventDetails'], 'parameters');
  const target = direct ?? (parameters === undefined ? undefined : functionIn(parameters));
  const name = target === undefined ? undefined : (/:function:([^:]+)/.exec(target)?.[1] ?? target);
  return name === undefined ? undefined : functionNamed(record, name);
}

function functionIn(parameters: string): string | undefined {
  try {
    return member(JSON.parse(parameters), 'FunctionName');
  } catch {
    return undefined;
  }
}

const outputOf = (event: HistoryRecord): string | undefined =>
  member(event['taskSucceededEventDetails'] ?? event['lambdaFunctionSucceededEventDetails'], 'output');

function member(value: unknown, name: string): string | undefined {
  const found = isJsonObject(value as Json) ? (value as JsonObject)[name] : undefined;
  return typeof found === 'string' ? found : undefined;
}
