/**
 * Items of a Distributed Map from S3: one reader per kind of dataset. Readers stream; what they hold is a chunk of
 * the object and the items in it.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
import type { Readable } from 'node:stream';
import { AwsError } from '../../../../core/errors.ts';
import type { Json, JsonObject } from '../../../../core/json.ts';
import type { AwsLimits } from '../../../../core/limits.ts';
import type { ObjectsPort } from '../../ports.ts';

/** What a reader is given: the evaluated fields of ItemReader. */
export interface Dataset {
  /** `getObject` or `listObjectsV2`. */
  readonly action: string;
  readonly parameters: JsonObject;
  readonly config: JsonObject;
}

export interface ReaderSources {
  readonly objects: ObjectsPort;
  readonly limits: AwsLimits;
}

/** Items in order, in chunks of any size. */
export type Items = AsyncIterable<Json[]>;

export interface ItemReader {
  /** Shown in errors and docs. */
  readonly name: string;
  reads(dataset: Dataset): boolean;
  items(dataset: Dataset, sources: ReaderSources): Items;
}

/** Why the items cannot be read: the cause of States.ItemReaderFailed. */
export class ItemReaderFailure extends Error {
  constructor(cause: string) {
    super(cause);
    this.name = 'ItemReaderFailure';
  }
}

/** A text parameter that must be there. */
export function textParameter(dataset: Dataset, name: string): string {
  const value = dataset.parameters[name];
  if (typeof value !== 'string' || value === '')
    throw new ItemReaderFailure(`The parameter '${name}' of the ItemReader is missing or not a string.`);
  return value;
}

/** An object's body as a stream of bytes; an object over the quota is refused. */
export async function openObject(sources: ReaderSources, bucket: string, key: string): Promise<Readable> {
  try {
    const { body, sizeBytes } = await sources.objects.getObject(bucket, key);
    if (sizeBytes > sources.limits.sfnItemReaderBytes) {
      body.destroy();
      throw new ItemReaderFailure(
        `The object ${key} has ${sizeBytes} bytes; ItemReader takes at most ${sources.limits.sfnItemReaderBytes}.`,
      );
    }
    return body;
  } catch (error) {
    throw readable(error);
  }
}

/** S3's refusal as ItemReader's cause; other errors stay what they are. */
export function readable(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  return new ItemReaderFailure(
    `${error.message} (Service: Amazon S3; Status Code: ${error.status}; Error Code: ${error.code})`,
  );
}

/** A stream of bytes as texts, characters never cut apart, without a byte order mark. */
export async function* texts(body: Readable): AsyncIterable<string> {
  body.setEncoding('utf8');
  let first = true;
  for await (const chunk of body as AsyncIterable<string>) {
    yield first && chunk.startsWith('\uFEFF') ? chunk.slice(1) : chunk;
    first = false;
  }
}
