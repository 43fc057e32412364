/** A run read back from its folder, as `cosmicai run` left it, for reports made later. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { evidenceFile, evidenceFiles } from '../assertions/assertion.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import type { LogRecord, RunRecord } from '../record/run-record.ts';
import { allPassed, type JudgedVerdict, type RunOutcome } from '../scenario/outcome.ts';

const OUTCOME = 'outcome.json';
const VERDICTS = 'verdicts.json';

/** Writes what the other files of the run's folder do not hold. */
export function saveOutcome({
  runFolder,
  record: _record,
  verdicts: _verdicts,
  ...outcome
}: RunOutcome): void {
  writeFileSync(join(runFolder, OUTCOME), `${JSON.stringify(outcome, null, 2)}\n`);
}

/** Reads a run's folder; a folder that holds no run is a `HarnessError` that says what is missing. */
export function loadRun(runFolder: string): RunOutcome {
  const rest = readJson(runFolder, evidenceFiles.record);
  if (!isJsonObject(rest) || rest['recordVersion'] !== 2 || !Array.isArray(rest['evidence']))
    throw unreadable(runFolder, evidenceFiles.record, 'it is no record of version 2');
  const lists = rest['evidence'].map((name) => {
    const list = /^[\w-]+$/.test(String(name)) ? readJson(runFolder, evidenceFile(String(name))) : undefined;
    if (Array.isArray(list)) return [String(name), list as unknown[]] as const;
    throw unreadable(runFolder, evidenceFile(String(name)), 'it is no list');
  });
  const record: RunRecord = {
    ...(rest as unknown as Omit<RunRecord, 'logs' | 'evidence'>),
    evidence: Object.fromEntries(lists),
    logs: parseLogs(readText(runFolder, evidenceFiles.logs)),
  };
  const verdicts = readJson(runFolder, VERDICTS) as unknown as JudgedVerdict[];
  const base = { runFolder, record, verdicts };
  const saved = existsSync(join(runFolder, OUTCOME)) ? readJson(runFolder, OUTCOME) : {};
  return {
    scenario: record.scenario,
    file: '',
    cell: record.parameters,
    runId: record.runId ?? basename(runFolder),
    passed: allPassed(verdicts),
    stagesMs: {},
    ...(isJsonObject(saved) ? saved : {}),
    ...base,
  };
}

const LINE = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (\/\S+) (\S+) (.*)$/;

/** The lines of `logs.txt`; a line without time and stream continues the message before it. */
function parseLogs(text: string): LogRecord[] {
  const logs: LogRecord[] = [];
  for (const line of text.split('\n')) {
    const match = LINE.exec(line);
    const last = logs.at(-1);
    if (match) {
      const [, time, logGroup, logStream, message] = match;
      logs.push({
        logGroup: logGroup!,
        logStream: logStream!,
        timestampMs: Date.parse(time!),
        message: message!,
      });
    } else if (last && line !== '') {
      last.message += `\n${line}`;
    }
  }
  return logs;
}

function readText(runFolder: string, name: string): string {
  try {
    return readFileSync(join(runFolder, name), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw unreadable(runFolder, name, code === 'ENOENT' ? 'there is none' : String(code), error);
  }
}

function readJson(runFolder: string, name: string): unknown {
  const text = readText(runFolder, name);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(runFolder, name, 'it is no JSON', error);
  }
}

function unreadable(runFolder: string, name: string, why: string, cause?: unknown): HarnessError {
  return new HarnessError('run-unreadable', `${join(runFolder, name)} cannot be read: ${why}.`, {
    exitCode: ExitCode.inputWrong,
    remedy: 'Name the folder of a run that came to a verdict, such as .cosmicai/runs/<run>, or "last".',
    location: { file: join(runFolder, name) },
    cause,
  });
}
