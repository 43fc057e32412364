/**
 * One call of `cosmicai run`, kept so that it can be gone on with after an interruption: what was asked for, and a
 * line for every run that came to a verdict. Owns `suites/<id>/` of the workspace; the evidence lies in `runs/`.
 *
 * A line is written when its run has ended and its folder is whole, so whatever ends the process loses at most the
 * run it was busy with.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';

/** What `cosmicai run` was asked for, as far as it decides which runs there are. */
const requestSchema = z.object({
  paths: z.array(z.string()),
  backend: z.string(),
  set: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()]))),
  grep: z.string().optional(),
  tags: z.array(z.string()),
  shard: z.object({ index: z.int(), count: z.int() }).optional(),
  repeat: z.int(),
  timeoutSeconds: z.number().optional(),
});
export type SuiteRequest = z.output<typeof requestSchema>;

const finishedSchema = z.object({
  /** Job key. */
  key: z.string(),
  /** Digest of what the run depended on. */
  digest: z.string(),
  runId: z.string(),
  passed: z.boolean(),
});
export type FinishedRun = z.output<typeof finishedSchema>;

const REQUEST = 'suite.json';
const FINISHED = 'finished.jsonl';
/** Written when every run came to a verdict: there is nothing to go on with. */
const ENDED = 'ended';

export class Suite {
  readonly id: string;
  readonly request: SuiteRequest;
  /** Of this call alone, in the workspace. */
  readonly folder: string;

  private constructor(folder: string, id: string, request: SuiteRequest) {
    this.folder = folder;
    this.id = id;
    this.request = request;
  }

  /** Begins a suite; nothing is kept before. */
  static begin(suites: string, id: string, request: SuiteRequest): Suite {
    const folder = join(suites, id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, REQUEST), `${JSON.stringify(request, null, 2)}\n`);
    return new Suite(folder, id, request);
  }

  /**
   * Finds a suite by its id or the beginning of it; without one the latest that was interrupted.
   * @throws HarnessError `nothing-to-resume`, `suite-unreadable` (exit code 2)
   */
  static find(suites: string, name: string | undefined): Suite {
    const ids = existsSync(suites) ? readdirSync(suites).sort().reverse() : [];
    const id =
      name === undefined
        ? ids.find((one) => !existsSync(join(suites, one, ENDED)))
        : (ids.find((one) => one === name) ?? ids.find((one) => one.startsWith(name)));
    if (id === undefined) throw nothingToResume(suites, name, ids);
    const file = join(suites, id, REQUEST);
    try {
      return new Suite(join(suites, id), id, requestSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
    } catch (cause) {
      throw new HarnessError('suite-unreadable', `${file} cannot be read: ${(cause as Error).message}.`, {
        exitCode: ExitCode.inputWrong,
        location: { file },
        remedy: 'Run the scenarios anew, without --resume.',
        cause,
      });
    }
  }

  /** The latest call that has a run with a verdict; `undefined` where there is none. */
  static latest(suites: string): Suite | undefined {
    const ids = existsSync(suites) ? readdirSync(suites).sort().reverse() : [];
    const id = ids.find((one) => existsSync(join(suites, one, FINISHED)));
    return id === undefined ? undefined : Suite.find(suites, id);
  }

  /** Runs that came to a verdict, the latest of each job; a line cut short by the end of the process is passed over. */
  finished(): FinishedRun[] {
    const file = join(this.folder, FINISHED);
    if (!existsSync(file)) return [];
    const byKey = new Map<string, FinishedRun>();
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      try {
        const run = finishedSchema.parse(JSON.parse(line));
        byKey.set(run.key, run);
      } catch {
        // The last line of a process that was killed while it wrote.
      }
    }
    return [...byKey.values()];
  }

  keep(run: FinishedRun): void {
    appendFileSync(join(this.folder, FINISHED), `${JSON.stringify(run)}\n`);
  }

  end(): void {
    writeFileSync(join(this.folder, ENDED), '');
  }
}

function nothingToResume(suites: string, name: string | undefined, ids: readonly string[]): HarnessError {
  const near = name === undefined ? undefined : nearestName(name, ids);
  const message =
    name === undefined
      ? `${suites} holds no run that was interrupted.`
      : `There is nothing called ${name} to resume.`;
  return new HarnessError('nothing-to-resume', message, {
    exitCode: ExitCode.inputWrong,
    remedy:
      near === undefined
        ? 'Start one with "cosmicai run scenarios/"; to resume is for what was interrupted.'
        : `Did you mean ${near}?`,
  });
}
