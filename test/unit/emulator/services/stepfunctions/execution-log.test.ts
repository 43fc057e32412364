/** The log of executions: its size stays bounded, and what is written at once survives a disk that refuses. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { wallClock } from '../../../../../harness/core/clock.ts';
import { KeptRecords } from '../../../../../harness/emulator/services/stepfunctions/driver/kept-records.ts';
import type { Execution } from '../../../../../harness/emulator/services/stepfunctions/store/execution.ts';
import {
  ExecutionLog,
  type SavedStart,
} from '../../../../../harness/emulator/services/stepfunctions/store/execution-log.ts';
import { serviceStateIn } from '../../../../service-state.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'execution-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => {
  const records = new KeptRecords();
  const state = serviceStateIn(folder);
  const log = new ExecutionLog(state, wallClock({ unref: true }), (record) => records.take(record));
  return { records, state, log };
};
const revision = { definition: '{}', createdAtMs: 1 } as Execution['revision'];
const execution = (sequence: number): Execution =>
  ({ sequence, type: 'STANDARD', revision, status: 'SUCCEEDED', recordCount: 0 }) as unknown as Execution;
const begin = (log: ExecutionLog, one: Execution) =>
  log.write(one, {
    o: 'start',
    x: { arn: `arn-${one.sequence}`, revision: log.revisionNumber(revision) } as SavedStart,
  });

it('rewrites the file without dropped executions, and keeps what is added meanwhile', async () => {
  const { log, state } = open();
  const [kept, dropped, late, later] = [1, 2, 3, 4].map(execution) as [
    Execution,
    Execution,
    Execution,
    Execution,
  ];
  begin(log, kept);
  begin(log, dropped);
  for (let n = 0; n < 25_000; n++)
    log.add(dropped, { o: 'event', e: { kind: 'timer', timerId: n, atMs: n } });
  log.add(kept, { o: 'event', e: { kind: 'start', atMs: 1 } });
  log.drop(dropped);
  log.flush();
  const before = statSync(join(folder, 'executions')).size;
  const rewritten = log.compactIfWorthwhile(() => [kept, late]);
  begin(log, late);
  await Promise.resolve();
  await Promise.resolve();
  begin(log, later);
  log.end(kept);
  log.flush();
  await rewritten;
  await state.close();
  expect(statSync(join(folder, 'executions')).size).toBeLessThan(before / 100);

  const { records, state: again } = open();
  const whole = [...records.whole((text) => expect.unreachable(text))];
  expect(whole.map(({ start, recordCount }) => [start.arn, recordCount])).toEqual([
    ['arn-1', 3],
    ['arn-3', 1],
    ['arn-4', 1],
  ]);
  expect(whole[0]).toMatchObject({ events: [{ kind: 'start' }], end: { status: 'SUCCEEDED' } });
  expect([...records.revisions.values()]).toEqual([revision]);
  await again.close();
});

it('takes an outcome for accepted until its event is there', async () => {
  const { log, state } = open();
  const one = execution(1);
  begin(log, one);
  const outcome = { kind: 'taskSucceeded', taskId: 7, outputText: '1', atMs: 5 } as const;
  const other = { kind: 'taskSucceeded', taskId: 8, outputText: '2', atMs: 5 } as const;
  log.write(one, { o: 'accepted', e: outcome });
  log.write(one, { o: 'accepted', e: other });
  log.write(one, { o: 'event', e: outcome });
  await state.close();
  const { records, state: again } = open();
  expect([...records.whole(() => {})]).toMatchObject([{ accepted: [other], events: [outcome] }]);
  await again.close();
});

it('finds an execution without a record, and its parents, not whole', async () => {
  const { log, state } = open();
  const [parent, child, other] = [execution(1), execution(2), execution(3)];
  const number = log.revisionNumber(revision);
  log.add(parent, { o: 'start', x: { arn: 'parent', revision: number } as SavedStart });
  log.add(child, {
    o: 'start',
    x: {
      arn: 'child',
      revision: number,
      child: { parent: 1, mapId: 1, child: 0, itemCount: 1, variables: '{}' },
    } as SavedStart,
  });
  log.add(other, { o: 'start', x: { arn: 'other', revision: number } as SavedStart });
  child.recordCount++;
  log.end(child);
  log.flush();
  await state.close();
  const { records, state: again } = open();
  const reported: string[] = [];
  expect([...records.whole((text) => reported.push(text))].map(({ start }) => start.arn)).toEqual(['other']);
  expect(reported).toEqual([
    'the execution parent has lost a record and is left out',
    'the execution child has lost a record and is left out',
  ]);
  await again.close();
});
