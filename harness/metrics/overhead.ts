/**
 * What the harness and the machinery cost beyond the Lambdas: of each execution, and of the whole run with its
 * data, deployment, upload and evidence. On AWS the same figures tell the overhead of Step Functions.
 */
import type { RunRecord } from '../record/run-record.ts';
import { criticalPath, criticalPathOf, timeOn } from './critical-path.ts';
import type { Metric } from './metric.ts';

const pathsOf = (record: RunRecord) =>
  record.invocations.length === 0
    ? []
    : record.executions.map((one) => criticalPathOf(record, one)).filter((path) => path.length > 0);

const lengthOf = (path: ReturnType<typeof criticalPath>) => path.at(-1)!.endMs - path[0]!.startMs;

/** Of the run: its wall time until the evidence was had, and the Lambdas' share of its critical path, ms. */
function runOverhead(record: RunRecord): { wallMs: number; lambdaMs: number } | undefined {
  const stages = Object.values(record.stagesMs ?? {});
  const stops = record.executions.flatMap((one) => one.stoppedAtMs ?? []);
  if (stages.length === 0 || stops.length === 0 || record.invocations.length === 0) return undefined;
  const span = {
    startMs: record.executions.reduce(
      (least, one) => Math.min(least, one.startedAtMs),
      Number.POSITIVE_INFINITY,
    ),
    endMs: Math.max(...stops),
  };
  return {
    wallMs: stages.reduce((total, ms) => total + ms, 0),
    lambdaMs: timeOn(criticalPath(record.invocations, span), 'lambda'),
  };
}

const BOTH = 'histories and REPORT lines';

export const overheadMetrics: readonly Metric[] = [
  {
    name: 'criticalPath.lambda',
    unit: 's',
    cardinality: 'many',
    clock: 'lambda',
    needs: ['report-lines'],
    source: BOTH,
    description: 'Time of the Lambdas on the critical path of an execution, cold starts included',
    values: (record) => pathsOf(record).map((path) => timeOn(path, 'lambda') / 1000),
  },
  {
    name: 'criticalPath.machinery',
    unit: 's',
    cardinality: 'many',
    clock: 'step-functions',
    needs: ['report-lines'],
    source: BOTH,
    description: 'Rest of the critical path: states, dispatch, starting of environments, waits of retries',
    values: (record) => pathsOf(record).map((path) => timeOn(path, 'machinery') / 1000),
  },
  {
    name: 'execution.overhead',
    unit: '%',
    cardinality: 'many',
    clock: 'step-functions',
    needs: ['report-lines'],
    source: BOTH,
    description: 'Share of an execution in which no Lambda of its critical path ran',
    values: (record) => pathsOf(record).map((path) => (100 * timeOn(path, 'machinery')) / lengthOf(path)),
  },
  {
    name: 'harness.overheadTime',
    unit: 's',
    cardinality: 'one',
    clock: 'harness',
    needs: ['report-lines'],
    source: 'stages of the run, histories and REPORT lines',
    description: 'Wall time of the run, data to evidence, less the Lambdas on its critical path',
    values: (record) => {
      const found = runOverhead(record);
      return found ? [(found.wallMs - found.lambdaMs) / 1000] : [];
    },
  },
  {
    name: 'harness.overhead',
    unit: '%',
    cardinality: 'one',
    clock: 'harness',
    needs: ['report-lines'],
    source: 'stages of the run, histories and REPORT lines',
    description: 'The same as a share of the wall time of the run',
    values: (record) => {
      const found = runOverhead(record);
      return found && found.wallMs > 0 ? [(100 * (found.wallMs - found.lambdaMs)) / found.wallMs] : [];
    },
  },
];
