/**
 * `s3:listObjectsV2`: the objects under a prefix, all pages of them. With Transformation LOAD_AND_FLATTEN the items
 * are those inside the objects.
 */
import type { Json } from '../../../../core/json.ts';
import type { ListedObject } from '../../ports.ts';
import { csvReader } from './csv.ts';
import { ownerOf } from './inventory.ts';
import {
  type Dataset,
  type ItemReader,
  type Items,
  type ReaderSources,
  readable,
  textParameter,
} from './item-reader.ts';
import { ItemReaderFailure } from './item-reader-failure.ts';
import { jsonReader } from './json.ts';
import { jsonLinesReader } from './jsonl.ts';
import { parquetReader } from './parquet.ts';

const LOADERS: readonly ItemReader[] = [jsonReader, jsonLinesReader, csvReader, parquetReader];

const PAGE_KEYS = 1_000;

export const listObjectsReader: ItemReader = {
  name: 's3:listObjectsV2',
  reads: ({ action }) => action === 'listObjectsV2',
  items: (dataset, sources) =>
    dataset.config['Transformation'] === 'LOAD_AND_FLATTEN'
      ? loadedItems(dataset, sources)
      : objectItems(dataset, sources),
};

async function* objectItems(dataset: Dataset, sources: ReaderSources): Items {
  const source = `S3://${textParameter(dataset, 'Bucket')}`;
  for await (const objects of pages(dataset, sources)) yield { items: objects.map(objectItem), source };
}

async function* loadedItems(dataset: Dataset, sources: ReaderSources): Items {
  const bucket = textParameter(dataset, 'Bucket');
  for await (const objects of pages(dataset, sources)) {
    for (const { key } of objects) {
      const { Transformation: _, ...config } = dataset.config;
      const parameters = ownerOf(dataset, { Bucket: bucket, Key: key });
      const single: Dataset = { action: 'getObject', config, parameters };
      const loader = LOADERS.find((reader) => reader.reads(single));
      if (!loader)
        throw new ItemReaderFailure(
          `LOAD_AND_FLATTEN of InputType ${String(dataset.config['InputType'])} is not served.`,
        );
      yield* loader.items(single, sources);
    }
  }
}

async function* pages(dataset: Dataset, { objects }: ReaderSources): AsyncIterable<ListedObject[]> {
  const bucket = textParameter(dataset, 'Bucket');
  const { Prefix, StartAfter, ExpectedBucketOwner: owner } = dataset.parameters;
  let startAfter = typeof StartAfter === 'string' ? StartAfter : undefined;
  for (;;) {
    const page = await objects
      .listObjects(bucket, {
        maxKeys: PAGE_KEYS,
        ...(typeof Prefix === 'string' ? { prefix: Prefix } : {}),
        ...(startAfter === undefined ? {} : { startAfter }),
        ...(typeof owner === 'string' ? { expectedBucketOwner: owner } : {}),
      })
      .catch((error: unknown) => {
        throw readable(error);
      });
    if (page.objects.length > 0) yield page.objects;
    if (!page.truncated) return;
    startAfter = page.objects.at(-1)?.key;
  }
}

function objectItem({ key, sizeBytes, etag, lastModifiedMs }: ListedObject): Json {
  return {
    Etag: etag,
    Key: key,
    LastModified: Math.floor(lastModifiedMs / 1_000),
    Size: sizeBytes,
    StorageClass: 'STANDARD',
  };
}
