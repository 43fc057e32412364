import type { LoadedScenario, PlannedRun } from './load.ts';
import { describeCell } from './matrix.ts';

/** One run to carry out: a cell of a scenario, and which of its repeats. */
export interface Job {
  /** The same job has the same key in a later call: scenario file, cell and repeat. */
  key: string;
  scenario: LoadedScenario;
  plan: PlannedRun;
  /** Counted from 1. */
  repeat: number;
  /** Place among all jobs, counted from 0. */
  index: number;
  /** The cell, and the repeat where there are several; empty for the only run of a scenario. */
  label: string;
}

/** All jobs of the scenarios, in order, the repeats of a cell one after another. */
export function jobsOf(scenarios: readonly LoadedScenario[], repeats: number): Job[] {
  const jobs: Job[] = [];
  for (const scenario of scenarios) {
    for (const plan of scenario.runs) {
      const cell = describeCell(plan.cell);
      for (let repeat = 1; repeat <= repeats; repeat++) {
        jobs.push({
          key: JSON.stringify([scenario.source.file, plan.cell, repeat]),
          scenario,
          plan,
          repeat,
          index: jobs.length,
          label: repeats > 1 ? `${cell} #${repeat}`.trimStart() : cell,
        });
      }
    }
  }
  return jobs;
}

/** True for repeats of the same cell. */
export const sameRun = (a: Job, b: Job): boolean => a.plan === b.plan;
