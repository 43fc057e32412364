/** Writes the evidence of a run where people, and later commands, find it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceFiles, type Verdict } from '../assertions/assertion.ts';
import type { RunRecord } from '../record/run-record.ts';

/** One file per kind of evidence; `record.json` holds all but logs and predictions, which are long. */
export function writeEvidence(folder: string, record: RunRecord): void {
  const write = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  const { logs, predictions, ...rest } = record;
  write(evidenceFiles.record, rest);
  write(
    evidenceFiles.history,
    record.executions.map(({ executionArn, status, error, cause, output, history, children }) => ({
      executionArn,
      status,
      error,
      cause,
      output,
      history,
      children,
    })),
  );
  write(evidenceFiles.results, record.results);
  write(evidenceFiles.objects, record.objects);
  write(evidenceFiles.invocations, record.invocations);
  writeFileSync(join(folder, evidenceFiles.predictions), `${JSON.stringify(predictions)}\n`);
  writeFileSync(
    join(folder, evidenceFiles.logs),
    logs
      .map((event) => {
        const time = new Date(event.timestampMs).toISOString();
        return `${time} ${event.logGroup} ${event.logStream} ${event.message.trimEnd()}\n`;
      })
      .join(''),
  );
}

export function writeVerdicts(folder: string, verdicts: readonly Verdict[]): void {
  writeFileSync(join(folder, 'verdicts.json'), `${JSON.stringify(verdicts, null, 2)}\n`);
}
