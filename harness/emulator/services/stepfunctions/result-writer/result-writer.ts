/**
 * ResultWriter: a Map Run's results as files in S3 and a manifest that names them, or as the state's own output.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */

import { Readable } from 'node:stream';
import type { StartMapRun } from '../../../../asl/effects.ts';
import { AwsError } from '../../../../core/errors.ts';
import type { Json, JsonObject } from '../../../../core/json.ts';
import { printJson } from '../../../../core/json-print.ts';
import type { ObjectsPort } from '../../ports.ts';
import type { Execution, MapRun } from '../store/execution.ts';
import { metadataEntry, pendingEntry, succeededEntries, transformationOf } from './result-entry.ts';

/** A Map Run's results in hand. */
export interface Results {
  readonly mapRun: MapRun;
  /** In the order of the items. */
  readonly children: readonly Execution[];
  /** Inputs of children never started. */
  readonly pending: readonly string[];
}

/** Why the results cannot be written: the cause of States.ResultWriterFailed. */
export class ResultWriterFailure extends Error {
  constructor(cause: string) {
    super(cause);
    this.name = 'ResultWriterFailure';
  }
}

type Writer = NonNullable<StartMapRun['resultWriter']>;

/** Writes what there is to write; the text of the Map state's result. */
export async function writeResults(writer: Writer, results: Results, objects: ObjectsPort): Promise<string> {
  if (writer.resource === undefined) return stateOutput(writer, results);
  const { Bucket, Prefix, ExpectedBucketOwner: owner } = writer.parameters ?? {};
  if (typeof Bucket !== 'string') throw new ResultWriterFailure('The ResultWriter names no Bucket.');
  const run = results.mapRun.arn.split(':').at(-1)!;
  const prefix = typeof Prefix === 'string' && Prefix !== '' ? `${Prefix.replace(/\/$/, '')}/` : '';
  const folder = `${prefix}${run}`;
  try {
    const options = {
      contentType: 'application/json',
      ...(typeof owner === 'string' ? { expectedBucketOwner: owner } : {}),
    };
    const files = await writeFiles(writer, results, objects, { bucket: Bucket, folder, options });
    const manifest = { DestinationBucket: Bucket, MapRunArn: results.mapRun.arn, ResultFiles: files };
    const key = `${folder}/manifest.json`;
    await objects.putObject(Bucket, key, printJson(manifest), options);
    return printJson({
      MapRunArn: results.mapRun.arn,
      ResultWriterDetails: { Bucket, Key: key },
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new ResultWriterFailure(
      `${error.message} (Service: Amazon S3; Status Code: ${error.status}; Error Code: ${error.code})`,
    );
  }
}

function stateOutput(writer: Writer, { children }: Results): string {
  const transformation = transformationOf(writer.writerConfig, 'COMPACT');
  return printJson(
    children.flatMap((child) =>
      child.status === 'SUCCEEDED' ? succeededEntries(child, transformation) : [metadataEntry(child)],
    ),
  );
}

/** One kind of file per outcome; a kind without entries has no file. */
async function writeFiles(
  writer: Writer,
  results: Results,
  objects: ObjectsPort,
  place: { bucket: string; folder: string; options: { contentType: string; expectedBucketOwner?: string } },
): Promise<JsonObject> {
  const { children, pending } = results;
  const transformation = transformationOf(writer.writerConfig, 'NONE');
  const succeeded = children.filter((child) => child.status === 'SUCCEEDED');
  const failed = children.filter((child) => child.status !== 'SUCCEEDED');
  const kinds: { [kind: string]: Iterable<Json> | undefined } = {
    FAILED: failed.length > 0 ? entriesOf(failed, (child) => [metadataEntry(child)]) : undefined,
    PENDING: pending.length > 0 ? pending.map(pendingEntry) : undefined,
    SUCCEEDED:
      succeeded.length > 0
        ? entriesOf(succeeded, (child) => succeededEntries(child, transformation))
        : undefined,
  };
  const lines = writer.writerConfig?.['OutputType'] === 'JSONL';
  const files: JsonObject = {};
  for (const [kind, entries] of Object.entries(kinds)) {
    if (!entries) {
      files[kind] = [];
      continue;
    }
    const key = `${place.folder}/${kind}_0.${lines ? 'jsonl' : 'json'}`;
    let sizeBytes = 0;
    const body = Readable.from(
      chunked(lines ? asLines(entries) : asArray(entries), (chunk) => {
        sizeBytes += chunk.length;
      }),
    );
    await objects.putObject(place.bucket, key, body, place.options);
    files[kind] = [{ Key: key, Size: sizeBytes }];
  }
  return files;
}

function* entriesOf(children: readonly Execution[], entries: (child: Execution) => Json[]): Iterable<Json> {
  for (const child of children) yield* entries(child);
}

function* asArray(entries: Iterable<Json>): Iterable<string> {
  let separator = '[';
  for (const entry of entries) {
    yield separator + printJson(entry);
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

function* asLines(entries: Iterable<Json>): Iterable<string> {
  for (const entry of entries) yield `${printJson(entry)}\n`;
}

/** Small texts make a slow stream: they are sent on in pieces of about this size. */
const CHUNK_CHARACTERS = 64 * 1024;

function* chunked(texts: Iterable<string>, sent: (chunk: Buffer) => void): Iterable<Buffer> {
  let waiting = '';
  const flush = () => {
    const chunk = Buffer.from(waiting);
    waiting = '';
    sent(chunk);
    return chunk;
  };
  for (const text of texts) {
    waiting += text;
    if (waiting.length >= CHUNK_CHARACTERS) yield flush();
  }
  if (waiting !== '') yield flush();
}
