/**
 * Items of a Distributed Map from S3: one reader per kind of dataset. Readers stream; what they hold is a chunk of
 * the object and the items in it.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
import type { Readable } from 'node:stream';
import { AwsError } from '../../../../core/errors.ts';
import type { Json, JsonObject } from '../../../../core/json.ts';
import type { AwsLimits } from '../../../../core/limits.ts';
import type { GetObjectOptions, ObjectsPort } from '../../ports.ts';
import { decompressed } from './decompress.ts';
import { ItemReaderFailure } from './item-reader-failure.ts';

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

/** Some items in order. */
export interface ItemChunk {
  readonly items: Json[];
  /** Where they come from, as `$$.Map.Item.Source` shows it: `S3://bucket/key`. */
  readonly source: string;
  /** True for the members of an object, which are handed over as `{Key, Value}`. */
  readonly keyed?: boolean;
}

/** Items in order, in chunks of any size. */
export type Items = AsyncIterable<ItemChunk>;

export interface ItemReader {
  /** Shown in errors and docs. */
  readonly name: string;
  reads(dataset: Dataset): boolean;
  items(dataset: Dataset, sources: ReaderSources): Items;
}

/** A text parameter that must be there. */
export function textParameter(dataset: Dataset, name: string): string {
  const value = dataset.parameters[name];
  if (typeof value !== 'string' || value === '')
    throw new ItemReaderFailure(`The parameter '${name}' of the ItemReader is missing or not a string.`);
  return value;
}

/** `S3://bucket/key` of a dataset that is one object. */
export function sourceOf(dataset: Dataset): string {
  return `S3://${textParameter(dataset, 'Bucket')}/${textParameter(dataset, 'Key')}`;
}

/** VersionId and ExpectedBucketOwner, where the dataset names them. */
function readOptions({ parameters }: Dataset): GetObjectOptions {
  const { VersionId, ExpectedBucketOwner } = parameters;
  return {
    ...(typeof VersionId === 'string' ? { versionId: VersionId } : {}),
    ...(typeof ExpectedBucketOwner === 'string' ? { expectedBucketOwner: ExpectedBucketOwner } : {}),
  };
}

/** An object's body as a stream of bytes, decompressed when its key ends like that of a compressed file. */
export async function openDataset(dataset: Dataset, sources: ReaderSources): Promise<Readable> {
  const key = textParameter(dataset, 'Key');
  const { body } = await openObject(dataset, sources);
  return decompressed(body, key);
}

/** An object's raw body; an object over the quota is refused. */
export async function openObject(
  dataset: Dataset,
  { objects, limits }: ReaderSources,
  range: Pick<GetObjectOptions, 'startBytes' | 'endBytes'> = {},
): Promise<{ body: Readable; sizeBytes: number }> {
  const key = textParameter(dataset, 'Key');
  try {
    const options = { ...readOptions(dataset), ...range };
    const { body, sizeBytes } = await objects.getObject(textParameter(dataset, 'Bucket'), key, options);
    if (sizeBytes > limits.sfnItemReaderBytes) {
      body.destroy();
      throw new ItemReaderFailure(
        `The object ${key} has ${sizeBytes} bytes; ItemReader takes at most ${limits.sfnItemReaderBytes}.`,
      );
    }
    return { body, sizeBytes };
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
