import { writeFileSync } from 'node:fs';
import { embedded } from '../backends/embedded.ts';
import { wallClock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { seededRandom } from '../core/random.ts';
import { DEFECTS, type Defect } from '../mutation/catalogue.ts';
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
  /** Defects of the catalogue; all when left out. */
  only?: string;
  /** File for the result. */
  json?: string;
}

export async function mutateScenario(
  file: string,
  { set, minScore, only, json }: MutateCommandOptions,
): Promise<void> {
  const clock = wallClock();
  const interruption = untilInterrupted();
  let result: MutationResult;
  try {
    result = await mutate(loadScenario(file, set), {
      backend: embedded,
      ...(only === undefined ? {} : { only: defectsIn(only) }),
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
      onStart: (count) =>
        process.stdout.write(`${count} defects apply; each is injected into a run of its own\n`),
      onMutant: (outcome, index, count) =>
        process.stdout.write(`[${index + 1}/${count}] ${lineOf(outcome)}\n`),
    });
  } catch (error) {
    if (interruption.abort.aborted) throw new CommandExit(INTERRUPTED);
    throw error;
  }
  process.stdout.write(summaryOf(result));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(asJson(result), null, 2)}\n`);
  if (100 * result.score < minScore) throw new CommandExit(ExitCode.expectationFailed);
}

function defectsIn(text: string): Defect[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !(DEFECTS as readonly string[]).includes(name));
  if (unknown.length === 0) return names as Defect[];
  throw new HarnessError('unknown-defect', `--only: ${unknown.join(', ')} is no defect of the catalogue.`, {
    exitCode: ExitCode.inputWrong,
    remedy: `Choose among ${DEFECTS.join(', ')}.`,
  });
}

function lineOf({ mutant, outcome, by }: MutantOutcome): string {
  const what = `${outcome.padEnd(12)} ${mutant.defect}: ${mutant.description}`;
  if (outcome === 'missed') return `${what}\n      missing: ${mutant.suggestion}`;
  if (by === undefined) return what;
  return `${what}\n      ${outcome === 'caught' ? 'by ' : ''}${by.slice(0, 200)}`;
}

function summaryOf(result: MutationResult): string {
  const { scenario, mutants, score, mutantsPerMinute } = result;
  const count = (wanted: MutantOutcome['outcome']) =>
    mutants.filter(({ outcome }) => outcome === wanted).length;
  const [caught, equivalent] = [count('caught'), count('equivalent')];
  const lines = [
    ...nowhereIn(result).map(({ defect, reason }) => `not applicable: ${defect}: ${reason}`),
    `${equivalent} defects changed nothing that could be noticed, ${count('not injected')} found no place`,
    `${scenario}: ${caught} of ${caught + count('missed')} defects caught, score ${(100 * score).toFixed(0)} %`,
    `${mutantsPerMinute.toFixed(0)} defects a minute`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Defects that apply to no place of the project, with the reason at the first. */
const nowhereIn = ({ mutants, notApplicable }: MutationResult) => {
  const applied = new Set(mutants.map(({ mutant }) => mutant.defect));
  const first = new Map(notApplicable.toReversed().map((one) => [one.defect, one]));
  return [...first.values()].filter(({ defect }) => !applied.has(defect));
};

const asJson = ({ mutants, ...result }: MutationResult) => ({
  ...result,
  mutants: mutants.map(
    ({ mutant: { defect, boundary, site, change, description, suggestion }, outcome, by }) => ({
      ...{ defect, boundary, site, change, description, suggestion, outcome },
      ...(by === undefined ? {} : { by }),
    }),
  ),
});
