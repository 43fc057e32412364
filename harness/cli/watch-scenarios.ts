/**
 * `cosmicai run --watch`: after the first round, whatever a changed file touches runs again: a scenario, the
 * sources of a function, the state machine, the model, partitions, snapshots. Which runs those are is told by
 * digests, so a file that is saved without a change, or written by the run itself, starts nothing.
 */
import { resolve } from 'node:path';
import { watch } from 'chokidar';
import { wallClock } from '../core/clock.ts';
import { HarnessError } from '../core/errors.ts';
import { Dependencies } from '../scenario/dependencies.ts';
import { jobsOf } from '../scenario/jobs.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import type { SuiteRequest } from '../scenario/suite.ts';
import { CommandExit } from './command.ts';
import { INTERRUPTED, untilInterrupted } from './interruption.ts';
import { renderError } from './print-error.ts';
import { type RunOnceOptions, runOnce } from './run-once.ts';
import { loadRuns } from './run-request.ts';

/** Editors write a file in several steps; so long nothing may have happened. */
const QUIET_MS = 150;

export async function watchScenarios(request: SuiteRequest, options: RunOnceOptions): Promise<void> {
  const interruption = untilInterrupted();
  const changes = new Changes(interruption.abort);
  /** Digests of what ran last, by job key. */
  let known: ReadonlyMap<string, string> = new Map();
  try {
    while (!interruption.abort.aborted) {
      const now = await stateOf(request);
      const followed = changes.follow([...request.paths, ...now.files]);
      const stale = staleRuns(now, known);
      if (stale.length > 0) {
        await runOnce({ request, scenarios: stale, options, signal: interruption.abort });
        // With --update the run has written its own snapshots and baselines: those are no change to wait for.
        known = options.update ? (await stateOf(request)).digests : new Map([...known, ...now.digests]);
      }
      if (now.mistake) process.stderr.write(`${renderError(now.mistake)}\n`);
      process.stderr.write(`\nWatching ${followed} files; Ctrl-C ends.\n`);
      await changes.next();
    }
  } catch (error) {
    if (!interruption.abort.aborted) throw error;
    process.stderr.write('Interrupted: everything this run had started is stopped.\n');
  } finally {
    await changes.stop();
  }
  // Nothing but an interruption ends it.
  throw new CommandExit(INTERRUPTED);
}

interface State {
  scenarios: LoadedScenario[];
  files: string[];
  /** By job key. */
  digests: ReadonlyMap<string, string>;
  /** What keeps the scenarios from being read just now. */
  mistake?: HarnessError;
}

/** A mistake in a file is told, not fatal: it is being worked on. */
async function stateOf(request: SuiteRequest): Promise<State> {
  let scenarios: LoadedScenario[] = [];
  let mistake: HarnessError | undefined;
  try {
    scenarios = loadRuns(request);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    mistake = error;
  }
  const dependencies = new Dependencies();
  const files = new Set<string>();
  const digests = new Map<string, string>();
  for (const { key, plan, scenario } of jobsOf(scenarios, 1)) {
    for (const file of await dependencies.filesOf(plan, scenario.source)) files.add(file);
    digests.set(key, await dependencies.digestOf(plan, scenario.source));
  }
  return { scenarios, files: [...files], digests, ...(mistake ? { mistake } : {}) };
}

/** The scenarios with those of their runs whose files are not as they were. */
function staleRuns({ scenarios, digests }: State, known: ReadonlyMap<string, string>): LoadedScenario[] {
  const stale = new Set(
    jobsOf(scenarios, 1).flatMap(({ key, plan }) => (digests.get(key) === known.get(key) ? [] : [plan])),
  );
  return scenarios
    .map((scenario) => ({ ...scenario, runs: scenario.runs.filter((plan) => stale.has(plan)) }))
    .filter(({ runs }) => runs.length > 0);
}

/** Tells when any of the files it follows has changed and editors have come to rest. */
class Changes {
  readonly #watcher = watch([], {
    ignoreInitial: true,
    ignored: /[\\/](node_modules|\.git|\.cosmicai)([\\/]|$)/,
  });
  readonly #clock = wallClock();
  readonly #followed = new Set<string>();
  readonly #signal: AbortSignal;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#watcher.on('all', () => {
      this.#changed = true;
      this.#wake?.();
    });
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  /** Answers how many files and folders it follows by now: what cannot be read just now may be tomorrow. */
  follow(paths: readonly string[]): number {
    for (const path of paths) this.#followed.add(resolve(path));
    this.#watcher.add([...paths]);
    return this.#followed.size;
  }

  async next(): Promise<void> {
    while (!this.#changed && !this.#signal.aborted)
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    while (this.#changed && !this.#signal.aborted) {
      this.#changed = false;
      await new Promise<void>((rest) => this.#clock.after(QUIET_MS, rest));
    }
  }

  stop(): Promise<void> {
    return this.#watcher.close();
  }
}
