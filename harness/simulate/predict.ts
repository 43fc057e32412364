/**
 * What a pipeline takes at another size of the data: its profile's durations on the interpreter and the Map Run planner
 * in modelled time, drawn several times by seed. Pure.
 */
import { compile } from '../asl/compile.ts';
import type { Program } from '../asl/program.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { AWS_LIMITS, type AwsLimits } from '../core/limits.ts';
import { type Random, seededRandom } from '../core/random.ts';
import { type DurationModel, drawModel } from './duration-model.ts';
import type { FunctionProfile, Profile } from './profile.ts';
import { simulate } from './simulation.ts';
import type { SimulatedRun } from './simulation-context.ts';

export interface PredictionOptions {
  /** Bytes of all data. */
  sizeBytes: number;
  /** Bytes of one partition. */
  partitionBytes: number;
  /** MaxConcurrency of the Distributed Maps in place of the definition's. */
  maxConcurrency?: number;
  limits: AwsLimits;
  /** Cores of the machine; `Infinity` for AWS. */
  cores: number;
  seed: string;
  /** Draws; fewer where there are many children. */
  draws?: number;
}

export interface Prediction {
  clock: 'modelled';
  partitionBytes: number;
  partitions: number;
  /** Every draw, in the order of their seeds. */
  runs: SimulatedRun[];
  /** Findings that would make a run fail or take longer, each with AWS's page. */
  risks: { text: string; source: string }[];
}

const DRAWS = 21;
/** Children simulated in all draws of one prediction, about five seconds of work. */
const MOST_CHILDREN = 60_000;

/** How far beyond what was measured a line is followed. */
const BYTES_RANGE = 1.5;
const PARTITIONS_RANGE = 50;

/** @throws HarnessError `not-predictable` (exit code 2) with all that has to be measured first */
export function predict(profile: Profile, options: PredictionOptions): Prediction {
  const { sizeBytes, partitionBytes, seed } = options;
  const partitions = Math.ceil(sizeBytes / partitionBytes);
  const lacking = profile.functions.flatMap((one) => beyondEvidence(one, partitions, partitionBytes));
  if (lacking.length > 0)
    throw new HarnessError('not-predictable', `Not predictable from this: ${lacking.join('; ')}.`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'Give runs that measure it as well.',
    });
  const { program, diagnostics } = compile(JSON.stringify(profile.definition), { type: profile.type });
  if (!program)
    throw new HarnessError('bad-profile', `The definition in the profile: ${diagnostics[0]?.message}`, {
      exitCode: ExitCode.inputWrong,
    });
  const children = Object.values(profile.maps).reduce(
    (total, { childrenPerPartition }) => total + childrenPerPartition * partitions,
    1,
  );
  const draws = Math.max(5, Math.min(options.draws ?? DRAWS, Math.floor(MOST_CHILDREN / children)));
  const random = seededRandom(seed);
  const runs = Array.from({ length: draws }, (_, draw) =>
    drawRun(profile, program, { ...options, partitions, random: random.fork(`draw ${draw}`) }),
  );
  return { clock: 'modelled', partitionBytes, partitions, runs, risks: risksOf(profile, runs, options) };
}

/** What would have to be measured before this function can be predicted; empty when it can. */
function beyondEvidence(
  { name, variable, warm, cold }: FunctionProfile,
  partitions: number,
  partitionBytes: number,
): string[] {
  const measured = [...warm, ...cold].map(({ x }) => x);
  const [least, most] = [Math.min(...measured), Math.max(...measured)];
  if (variable === 'partitionBytes') {
    const range = least === most ? 1.1 : BYTES_RANGE;
    if (partitionBytes <= most * range && partitionBytes >= least / range) return [];
    return [
      `${name} was measured with partitions of ${megabytes(least)} to ${megabytes(most)}, not of ${megabytes(partitionBytes)}`,
    ];
  }
  if (partitions <= most * PARTITIONS_RANGE) return [];
  return [
    `${name} was measured with ${most} partitions at most: ${partitions} need a run with at least ${Math.ceil(partitions / PARTITIONS_RANGE)}`,
  ];
}

const megabytes = (bytes: number): string => `${Number((bytes / 1024 ** 2).toPrecision(3))} MB`;

function drawRun(
  profile: Profile,
  program: Program,
  options: PredictionOptions & { partitions: number; random: Random },
): SimulatedRun {
  const { partitions, partitionBytes, random, limits, cores, maxConcurrency } = options;
  const functions = new Map(profile.functions.map((one) => [one.name, one]));
  const models = new Map<string, DurationModel>();
  for (const one of profile.functions) models.set(one.name, drawModel(one, random.fork(`fit ${one.name}`)));
  return simulate({
    program,
    input: JSON.stringify(profile.input),
    limits,
    cores,
    random,
    ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    task: ({ stateName }, _inMap, draw) => {
      const state = profile.states[stateName];
      if (!state)
        throw new HarnessError('not-predictable', `The runs never finished the state '${stateName}'.`, {
          exitCode: ExitCode.inputWrong,
          remedy: 'Give a run that passes through it.',
        });
      const { functionName, durationsMs, outputText } = state;
      const profiled = functionName === undefined ? undefined : functions.get(functionName);
      const model = functionName === undefined ? undefined : models.get(functionName);
      if (!profiled || !model)
        return { outputText, durationMs: durationsMs[Math.floor(draw.next() * durationsMs.length)] ?? 0 };
      const x = profiled.variable === 'partitionBytes' ? partitionBytes : partitions;
      return {
        outputText,
        durationMs: model.warmMs(x, draw),
        invocation: {
          functionName: profiled.name,
          memorySizeMB: profiled.memorySizeMB,
          initMs: model.initMs(draw),
          coldMs: model.coldMs,
        },
      };
    },
    children: (label) => {
      const map = profile.maps[label];
      if (!map || map.inputs.length === 0)
        throw new HarnessError(
          'not-predictable',
          `Not predictable from this: no run started children of the Map '${label}'.`,
          { exitCode: ExitCode.inputWrong, remedy: 'Give a run that passes through it.' },
        );
      const count = Math.ceil(map.childrenPerPartition * partitions);
      return Array.from({ length: count }, (_, index) => map.inputs[index % map.inputs.length]!);
    },
  });
}

function risksOf(
  profile: Profile,
  runs: readonly SimulatedRun[],
  { limits }: PredictionOptions,
): Prediction['risks'] {
  const risks: Prediction['risks'] = [];
  const failed = runs.filter(({ status }) => status !== 'SUCCEEDED');
  const throttles = Math.max(...runs.map((run) => run.throttles));
  if (throttles > 0)
    risks.push({
      text: `Lambda throttles up to ${throttles} calls: more at once than ${limits.lambdaConcurrentExecutions} concurrent executions or the scaling rate allow`,
      source: AWS_LIMITS.lambdaConcurrentExecutions.page,
    });
  if (failed.length > 0)
    risks.push({
      text: `${failed.length} of ${runs.length} modelled runs end ${failed[0]!.status}: ${failed[0]!.error} ${failed[0]!.cause ?? ''}`.trim(),
      source: AWS_LIMITS.sfnPayloadBytes.page,
    });
  const longestMs = Math.max(
    0,
    ...runs.flatMap((run) => run.invocations.map(({ endMs, startMs }) => endMs - startMs)),
  );
  if (longestMs > limits.lambdaMaxTimeoutSeconds * 1000)
    risks.push({
      text: `an invocation takes ${(longestMs / 1000).toFixed(0)} s, more than a function may run`,
      source: AWS_LIMITS.lambdaMaxTimeoutSeconds.page,
    });
  for (const { name, maxMemoryUsedMB, memorySizeMB } of profile.functions) {
    if (maxMemoryUsedMB <= 0.9 * memorySizeMB) continue;
    risks.push({
      text: `${name} used ${maxMemoryUsedMB} of its ${memorySizeMB} MB in the runs`,
      source: AWS_LIMITS.lambdaMaxMemoryMB.page,
    });
  }
  return risks;
}
