import { writeFileSync } from 'node:fs';
import { embedded } from '../backends/embedded.ts';
import { wallClock } from '../core/clock.ts';
import { ExitCode } from '../core/errors.ts';
import { seededRandom } from '../core/random.ts';
import { type MutantOutcome, type MutationResult, mutate } from '../mutation/mutate.ts';
import { rememberArtifacts } from '../scenario/artifact-memory.ts';
import { loadScenario } from '../scenario/load.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { CommandExit } from './command.ts';
import { INTERRUPTED, untilInterrupted } from './interruption.ts';

export interface MutateCommandOptions {
  set?: Parameters<typeof loadScenario>[1];
  /** Percent. */
  minScore: number;
  /** File for the result. */
  json?: string;
}

export async function mutateScenario(
  file: string,
  { set, minScore, json }: MutateCommandOptions,
): Promise<void> {
  const clock = wallClock();
  const interruption = untilInterrupted();
  let result: MutationResult;
  try {
    result = await mutate(loadScenario(file, set), {
      backend: embedded,
      context: {
        backend: embedded,
        workspace: openWorkspace(),
        artifacts: rememberArtifacts(),
        clock,
        random: seededRandom(`${process.pid}/${clock.nowMs()}`),
        signal: interruption.abort,
        keep: false,
        onProgress() {},
      },
      onMutant: (outcome, index, count) =>
        process.stdout.write(`[${index + 1}/${count}] ${lineOf(outcome)}\n`),
    });
  } catch (error) {
    if (interruption.abort.aborted) throw new CommandExit(INTERRUPTED);
    throw error;
  }
  process.stdout.write(`${summaryOf(result)}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(asJson(result), null, 2)}\n`);
  if (100 * result.score < minScore) throw new CommandExit(ExitCode.expectationFailed);
}

function lineOf({ mutant, outcome, by }: MutantOutcome): string {
  const what = `${outcome.padEnd(12)} ${mutant.description}`;
  if (outcome === 'missed') return `${what}\n      missing: ${mutant.suggestion}`;
  return by === undefined ? what : `${what}\n      by ${by.slice(0, 200)}`;
}

function summaryOf({ scenario, mutants, score }: MutationResult): string {
  const count = (wanted: MutantOutcome['outcome']) =>
    mutants.filter(({ outcome }) => outcome === wanted).length;
  const injected = mutants.length - count('not injected');
  return `${scenario}: ${count('caught')} of ${injected} defects caught, score ${(100 * score).toFixed(0)} %`;
}

const asJson = ({ mutants, ...result }: MutationResult) => ({
  ...result,
  mutants: mutants.map(({ mutant: { unstable: _, ...mutant }, outcome, by }) => ({
    ...mutant,
    outcome,
    ...(by === undefined ? {} : { by }),
  })),
});
