/**
 * Figures of one function, named in the metric: `function.Enrich.duration`, `function."order-etl worker".memory`. A
 * figure of a single value may stand before the name: `errorRate(function.Enrich)`.
 */
import type { InvocationRecord } from '../record/run-record.ts';
import { gbSecondsOf } from './gb-seconds.ts';
import { hasFailed, invocationsOf } from './invocations.ts';
import type { Metric } from './metric.ts';

interface FunctionFigure extends Pick<Metric, 'unit' | 'cardinality' | 'clock' | 'source'> {
  describe(name: string): string;
  /** It has a value of a function that was never invoked, too. */
  countsNone?: true;
  /** Of the function's invocations. */
  values(invocations: readonly InvocationRecord[]): number[];
}

const seconds = (ms: number | undefined) => (ms === undefined ? [] : [ms / 1000]);

const FIGURES: Readonly<Record<string, FunctionFigure>> = {
  duration: {
    unit: 's',
    cardinality: 'many',
    clock: 'lambda',
    source: 'Duration of the REPORT line',
    describe: (name) => `Time the handler of ${name} ran, per invocation; without initialisation`,
    values: (all) => all.map(({ durationMs }) => durationMs / 1000),
  },
  billed: {
    unit: 's',
    cardinality: 'many',
    clock: 'lambda',
    source: 'Billed Duration of the REPORT line',
    describe: (name) => `Time Lambda charges for an invocation of ${name}, initialisation included`,
    values: (all) => all.map(({ billedDurationMs }) => billedDurationMs / 1000),
  },
  init: {
    unit: 's',
    cardinality: 'many',
    clock: 'lambda',
    source: 'Init Duration of the REPORT line',
    describe: (name) => `Time to start the runtime and load the handler of ${name}, per cold start`,
    values: (all) => all.flatMap(({ initDurationMs }) => seconds(initDurationMs)),
  },
  memory: {
    unit: 'MB',
    cardinality: 'many',
    clock: 'none',
    source: 'Max Memory Used of the REPORT line',
    describe: (name) => `Peak resident memory of the environment that served an invocation of ${name}`,
    values: (all) => all.map(({ maxMemoryUsedMB }) => maxMemoryUsedMB),
  },
  waitedForCore: {
    unit: 's',
    cardinality: 'many',
    clock: 'harness',
    source: "the emulator's scheduler",
    describe: (name) => `Waiting of an invocation of ${name} for a free core, outside its duration`,
    values: (all) => all.flatMap(({ waitedForCoreMs }) => seconds(waitedForCoreMs)),
  },
  invocations: {
    unit: '',
    cardinality: 'one',
    clock: 'none',
    source: 'REPORT lines',
    describe: (name) => `Invocations of ${name}, repeated attempts included`,
    countsNone: true,
    values: (all) => [all.length],
  },
  errors: {
    unit: '',
    cardinality: 'one',
    clock: 'none',
    source: 'the outcome of each invocation as the platform recorded it, handled errors included',
    describe: (name) => `Invocations of ${name} that ended in an error or a timeout`,
    countsNone: true,
    values: (all) => [all.filter(hasFailed).length],
  },
  errorRate: {
    unit: '%',
    cardinality: 'one',
    clock: 'none',
    source: 'the outcome of each invocation as the platform recorded it, handled errors included',
    describe: (name) => `Share of the invocations of ${name} that ended in an error or a timeout`,
    values: (all) => [(100 * all.filter(hasFailed).length) / all.length],
  },
  coldStarts: {
    unit: '',
    cardinality: 'one',
    clock: 'none',
    source: 'REPORT lines with an Init Duration',
    describe: (name) => `Environments of ${name} that were started for this run`,
    countsNone: true,
    values: (all) => [all.filter(({ initDurationMs }) => initDurationMs !== undefined).length],
  },
  gbSeconds: {
    unit: 'GB-s',
    cardinality: 'one',
    clock: 'lambda',
    source: 'Memory Size and Billed Duration of the REPORT lines',
    describe: (name) => `Compute that Lambda charges for ${name}`,
    countsNone: true,
    values: (all) => [all.reduce((total, one) => total + gbSecondsOf(one), 0)],
  },
};

/** The figures there are of a function. */
export const functionFigures: readonly string[] = Object.keys(FIGURES);

/** Figures of a single value, which may be written before the function's name. */
export const isSingleFigure = (figure: string): boolean =>
  Object.hasOwn(FIGURES, figure) && FIGURES[figure]!.cardinality === 'one';

/** One figure of one function as a metric called `name`. */
export function functionMetric(functionName: string, figure: string, name: string): Metric {
  const { describe, values, countsNone, ...rest } = FIGURES[figure]!;
  return {
    ...rest,
    name,
    needs: ['report-lines'],
    description: describe(functionName),
    values(record) {
      const invocations = invocationsOf(record, functionName);
      if (invocations.length > 0) return values(invocations);
      // A function that the run did not know has no count, not even none.
      return countsNone && Object.hasOwn(record.functions ?? {}, functionName) ? values([]) : [];
    },
  };
}

/** How the reference lists them; FUNCTION stands for a name. */
export const documentedFunctionMetrics: readonly Metric[] = functionFigures.map((figure) =>
  functionMetric('FUNCTION', figure, `function.FUNCTION.${figure}`),
);
