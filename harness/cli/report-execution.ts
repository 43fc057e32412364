/** `cosmicai report <execution-arn>`: a record of an execution that was started elsewhere, drawn and judged. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { invariantsFor } from '../assertions/invariants/index.ts';
import { unlessLacking } from '../assertions/needs.ts';
import { backendNamed } from '../backends/index.ts';
import { wallClock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { seededRandom } from '../core/random.ts';
import { clientsFor } from '../deploy/aws-access.ts';
import { saveOutcome } from '../reports/saved-run.ts';
import { attachedRecord } from '../scenario/attached-record.ts';
import { judgeRun, referencesIn } from '../scenario/judge-run.ts';
import { loadScenario, type PlannedRun } from '../scenario/load.ts';
import { type CellValue, describeCell } from '../scenario/matrix.ts';
import { allPassed, type RunOutcome } from '../scenario/outcome.ts';
import { withLocation } from '../scenario/run.ts';
import { writeEvidence, writeVerdicts } from '../scenario/run-folder.ts';
import { createRunFolders, openWorkspace, removeState } from '../scenario/workspace.ts';

export interface AttachOptions {
  /** URL at which every service answers; AWS itself when left out. */
  endpoint?: string;
  profile?: string;
  /** Scenario file that the execution is judged by. */
  scenario?: string;
  /** Values of matrix axes that choose one run of the scenario. */
  set?: Record<string, CellValue[]>;
}

export const isExecutionArn = (text: string): boolean =>
  /^arn:[\w-]+:states:[\w-]*:\d*:(?:execution|express):/.test(text);

/** The run as reports know it, kept in the workspace like any other. */
export async function reportedExecution(arn: string, options: AttachOptions): Promise<RunOutcome> {
  const clock = wallClock();
  const judged = options.scenario === undefined ? undefined : chosenRun(options.scenario, options.set);
  const region = arn.split(':')[3] || 'us-east-1';
  const place = options.endpoint === undefined ? 'aws' : `endpoint=${options.endpoint}`;
  const profile = options.profile === undefined ? '' : `,profile=${options.profile}`;
  const runId = arn.slice(arn.lastIndexOf(':') + 1);
  const folders = createRunFolders(openWorkspace(), `attached-${runId}`);
  const running = await backendNamed(`${place},region=${region}${profile}`).start({
    clock,
    random: seededRandom(runId),
    stateFolder: folders.state,
  });
  const clients = clientsFor(running.access);
  try {
    const record = await attachedRecord(running, clients, arn, {
      clock,
      ...(judged ? { plan: judged.run } : {}),
    });
    writeEvidence(folders.run, record);
    const references = judged && referencesIn(judged.run.folder, false);
    const evidence = { record, runFolder: folders.run, ...(references ? { references } : {}) };
    const verdicts = judged
      ? judgeRun(judged.run.scenario, { judged: [arn], verdicts: [] }, evidence).map((one) =>
          withLocation(one, judged.source),
        )
      : invariantsFor(record.pack).flatMap(({ needs, evaluate }) =>
          evaluate(evidence).map((one) => unlessLacking(one, needs, record)),
        );
    writeVerdicts(folders.run, verdicts);
    const outcome: RunOutcome = {
      scenario: record.scenario,
      file: options.scenario ?? '',
      cell: judged?.run.cell ?? {},
      runId,
      runFolder: folders.run,
      record,
      verdicts,
      passed: allPassed(verdicts),
      stagesMs: {},
    };
    saveOutcome(outcome);
    const { renderHtml } = await import('../reports/html/index.ts');
    writeFileSync(join(folders.run, 'report.html'), renderHtml({ outcomes: [outcome], failures: [] }));
    return outcome;
  } finally {
    clients.close();
    await running.stop();
    await removeState(folders);
  }
}

function chosenRun(file: string, set: AttachOptions['set']): { run: PlannedRun; source: RunSource } {
  const { runs, source, name } = loadScenario(file, set);
  if (runs.length === 1) return { run: runs[0]!, source };
  throw new HarnessError('several-runs', `the scenario ${name} has ${runs.length} runs, and one is judged`, {
    exitCode: ExitCode.inputWrong,
    location: { file },
    remedy: `Choose one with --set: ${runs
      .slice(0, 4)
      .map(({ cell }) => describeCell(cell))
      .join('; ')}${runs.length > 4 ? '; ...' : ''}.`,
  });
}

type RunSource = ReturnType<typeof loadScenario>['source'];
