/** Writes the evidence of a run where people, and later commands, find it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceFile, evidenceFiles, type Verdict } from '../assertions/assertion.ts';
import type { RunRecord } from '../record/run-record.ts';

/** One file per kind of evidence; `record.json` names the pack's lists, and holds all but those and the logs. */
export function writeEvidence(folder: string, record: RunRecord): void {
  const write = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  const { logs, evidence, ...rest } = record;
  write(evidenceFiles.record, { ...rest, evidence: Object.keys(evidence) });
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
  for (const [name, list] of Object.entries(evidence))
    writeFileSync(join(folder, evidenceFile(name)), renderList(list));
  if (record.items) write(evidenceFiles.items, record.items);
  write(evidenceFiles.objects, record.objects);
  write(evidenceFiles.invocations, record.invocations);
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

/** A line per entry: long lists stay readable and are written fast. */
const renderList = (list: readonly unknown[]) =>
  `[${list.map((one) => `\n${JSON.stringify(one)}`).join(',')}\n]\n`;

export function writeVerdicts(folder: string, verdicts: readonly Verdict[]): void {
  writeFileSync(join(folder, 'verdicts.json'), `${JSON.stringify(verdicts, null, 2)}\n`);
}
