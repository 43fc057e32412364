/**
 * Runs several scenarios, one after another or several side by side; a run that cannot be carried out does not keep
 * the next from it. Each run is isolated: a backend, a state folder and a run folder of its own. What runs share is
 * the machine: functions of all of them wait in one line for its cores, so that no duration is stretched by a
 * neighbour's function.
 */
import type { HarnessError } from '../core/errors.ts';
import { environmentError } from './environment-error.ts';
import { type Job, jobsOf, sameRun } from './jobs.ts';
import type { LoadedScenario } from './load.ts';
import type { RunOutcome } from './outcome.ts';
import { type RunContext, runCell } from './run.ts';

/** A run that came to no verdict. */
interface RunError {
  scenario: string;
  file: string;
  label: string;
  error: HarnessError;
}

export interface RunnerResult {
  /** In the order of the scenarios, whoever ended first. */
  outcomes: RunOutcome[];
  errors: RunError[];
  /** Runs that were left out after the first failure (`bail`). */
  skipped: number;
}

export interface RunnerOptions {
  /** Ends at the first run that does not pass; what runs beside it is stopped. */
  bail: boolean;
  /** How often a run that failed is tried again. */
  retries: number;
  /** How often each run is carried out. */
  repeat: number;
  /** How many run side by side. */
  workers: number;
  /** Outcomes of an earlier call that stand: these jobs are not carried out again. By job key. */
  finished?: ReadonlyMap<string, RunOutcome>;
  /** Told of every job that came to a verdict, `finished` ones excepted. */
  onFinished?(job: Job, outcome: RunOutcome): void | Promise<void>;
}

const ONCE: RunnerOptions = { bail: false, retries: 0, repeat: 1, workers: 1 };

/** Carries out every cell of every scenario; `HarnessError`s are collected, anything else is a defect and thrown. */
export async function runAll(
  scenarios: readonly LoadedScenario[],
  context: RunContext,
  options: RunnerOptions = ONCE,
): Promise<RunnerResult> {
  return new Runner(jobsOf(scenarios, options.repeat), context, options).run();
}

class Runner {
  readonly #jobs: readonly Job[];
  readonly #context: RunContext;
  readonly #options: RunnerOptions;
  readonly #outcomes = new Map<Job, RunOutcome>();
  readonly #errors = new Map<Job, RunError>();
  /** Ends what still runs, on a defect and with `bail`. */
  readonly #stop = new AbortController();
  #next = 0;

  constructor(jobs: readonly Job[], context: RunContext, options: RunnerOptions) {
    this.#jobs = jobs;
    this.#options = options;
    this.#context = { ...context, signal: AbortSignal.any([context.signal, this.#stop.signal]) };
  }

  async run(): Promise<RunnerResult> {
    for (const job of this.#jobs) {
      const outcome = this.#options.finished?.get(job.key);
      if (outcome) this.#outcomes.set(job, outcome);
    }
    const lines = Math.max(1, Math.min(this.#options.workers, this.#jobs.length));
    if (lines > 1) await this.#generateDatasets();
    const ended = await Promise.allSettled(Array.from({ length: lines }, () => this.#workThrough()));
    const defect = ended.find((one) => one.status === 'rejected');
    if (defect) throw defect.reason;
    return {
      outcomes: this.#jobs.flatMap((job) => this.#outcomes.get(job) ?? []),
      errors: this.#jobs.flatMap((job) => this.#errors.get(job) ?? []),
      skipped: this.#jobs.filter((job) => !this.#outcomes.has(job) && !this.#errors.has(job)).length,
    };
  }

  /**
   * Side by side, a run that generates its data would take the cores from another's functions: all data is made
   * before. What goes wrong goes wrong again in the run, and is told there.
   */
  async #generateDatasets(): Promise<void> {
    const { workspace, signal, onProgress } = this.#context;
    for (const { plan, scenario, label, index } of this.#jobs) {
      signal.throwIfAborted();
      const run = { run: index };
      let told = false;
      await plan.dataset
        ?.ensure?.({
          cacheFolder: workspace.datasetCache,
          signal,
          onProgress: (share, detail) => {
            if (!told)
              onProgress({
                ...run,
                kind: 'run-started',
                scenario: scenario.name,
                label,
                index,
                count: this.#jobs.length,
              });
            told = true;
            onProgress({ ...run, kind: 'stage', stage: 'dataset', share, detail });
          },
        })
        .catch(() => {});
    }
  }

  async #workThrough(): Promise<void> {
    for (;;) {
      const job = this.#jobs[this.#next];
      if (!job || this.#stop.signal.aborted) return;
      this.#next++;
      if (this.#outcomes.has(job)) continue;
      try {
        await this.#carryOut(job);
      } catch (error) {
        // Stopped with the others: it came to no verdict and counts as left out.
        if (this.#stop.signal.aborted) return;
        this.#stop.abort();
        throw error;
      }
    }
  }

  async #carryOut(job: Job): Promise<void> {
    const { index, scenario, label } = job;
    const count = this.#jobs.length;
    const onProgress: RunContext['onProgress'] = (event) =>
      this.#context.onProgress({ ...event, run: index });
    onProgress({ kind: 'run-started', scenario: scenario.name, label, index, count });
    let passed = false;
    try {
      const outcome = await this.#withRetries(job, { ...this.#context, onProgress });
      this.#outcomes.set(job, outcome);
      await this.#options.onFinished?.(job, outcome);
      onProgress({ kind: 'run-finished', outcome });
      passed = outcome.passed;
    } catch (error) {
      const known = environmentError(error);
      if (this.#context.signal.aborted || !known) throw error;
      this.#errors.set(job, { scenario: scenario.name, file: scenario.source.file, label, error: known });
      onProgress({ kind: 'run-failed', error: known });
    }
    if (!passed && this.#options.bail) this.#stop.abort();
  }

  async #withRetries(job: Job, context: RunContext): Promise<RunOutcome> {
    const { retries, repeat } = this.#options;
    for (let attempts = 1; ; attempts++) {
      const outcome = await runCell(job.plan, job.scenario.source, {
        ...context,
        sideBySide: Math.min(this.#options.workers, this.#jobs.length),
        ...(repeat > 1 ? { repeats: () => this.#repeatsBeside(job) } : {}),
      });
      if (!outcome.passed && attempts <= retries) continue;
      return {
        ...outcome,
        ...(repeat > 1 ? { repeat: job.repeat } : {}),
        ...(attempts > 1 ? { attempts } : {}),
      };
    }
  }

  /** The other repeats of a run: those that have ended, and how many have not. */
  #repeatsBeside(job: Job) {
    const others = this.#jobs.filter((one) => one !== job && sameRun(one, job));
    const earlier = others.flatMap((one) => this.#outcomes.get(one)?.record ?? []);
    return {
      earlier,
      remaining: others.filter((one) => !this.#outcomes.has(one) && !this.#errors.has(one)).length,
    };
  }
}
