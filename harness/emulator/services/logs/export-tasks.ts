/**
 * Exports of a group's events to a bucket: an object of gzip a stream, a line an event, its time before its message.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html
 */
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Clock } from '../../../core/clock.ts';
import type { ObjectsPort } from '../ports.ts';
import type { ExportTask } from './store/account-store.ts';
import type { LogGroup, LogStream } from './store/log-group.ts';
import { mergeStreams } from './store/merge-streams.ts';

/** A task is seen waiting, as on AWS, before it begins. */
const PENDING_MS = 200;

export type ExportObjects = Pick<ObjectsPort, 'putObject' | 'listObjects'>;

/** Carries a task out a little later; `changed` is called whenever its status is another. */
export function startExport(
  task: ExportTask,
  group: LogGroup,
  ports: { objects: ExportObjects; clock: Clock; changed(): void },
): void {
  ports.clock.after(PENDING_MS, () => {
    if (task.status.code !== 'PENDING') return;
    become(task, 'RUNNING', ports);
    const release = ports.clock.hold();
    exportAll(task, group, ports.objects)
      .then(() => {
        if (task.status.code === 'RUNNING') become(task, 'COMPLETED', ports, 'Completed successfully');
      })
      .catch((error: unknown) =>
        become(task, 'FAILED', ports, error instanceof Error ? error.message : String(error)),
      )
      .finally(release);
  });
}

/** Moves a task on; an end has a time. */
export function become(
  task: ExportTask,
  code: ExportTask['status']['code'],
  { clock, changed }: { clock: Clock; changed(): void },
  message?: string,
): void {
  task.status = { code, ...(message === undefined ? {} : { message }) };
  if (code !== 'RUNNING') task.executionInfo.completionTime = clock.nowMs();
  changed();
}

async function exportAll(task: ExportTask, group: LogGroup, objects: ExportObjects): Promise<void> {
  const { destination, destinationPrefix } = task;
  await objects.putObject(
    destination,
    `${destinationPrefix}/aws-logs-write-test`,
    'Permission Check Successful',
  );
  for (const stream of group.streams.values()) {
    if (!stream.name.startsWith(task.logStreamNamePrefix ?? '')) continue;
    const lines = linesOf(task, group, stream);
    const first = lines.next();
    // A stream without events in that time leaves no object.
    if (first.done) continue;
    const body = Readable.from(following(first.value, lines)).pipe(createGzip());
    const key = `${destinationPrefix}/${task.taskId}/${stream.name.replaceAll('/', '-')}/000000.gz`;
    await objects.putObject(destination, key, body, { contentType: 'application/x-gzip' });
    if (task.status.code !== 'RUNNING') return;
  }
}

function* linesOf(task: ExportTask, group: LogGroup, stream: LogStream): Generator<string, undefined> {
  for (const { place } of mergeStreams([stream], { startMs: task.from, endMs: task.to })) {
    yield `${new Date(place.timestampMs).toISOString()} ${group.message(place)}\n`;
  }
  return undefined;
}

function* following(first: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield* rest;
}
