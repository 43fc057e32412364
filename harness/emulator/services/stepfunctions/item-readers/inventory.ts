/**
 * `ManifestType: S3_INVENTORY`: an S3 inventory's manifest.json and the files it names, gzipped CSV or Parquet. Every
 * item has the columns of the inventory's schema; those of CSV files are texts.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';
import { JsonSyntaxError, parseJson } from '../../../../core/json-parse.ts';
import { csvItems } from './csv.ts';
import { decompressed } from './decompress.ts';
import {
  type Dataset,
  type ItemReader,
  openDataset,
  openObject,
  type ReaderSources,
  sourceOf,
  textParameter,
  texts,
} from './item-reader.ts';
import { ItemReaderFailure } from './item-reader-failure.ts';
import { parquetReader } from './parquet.ts';

export const inventoryReader: ItemReader = {
  name: 'MANIFEST (S3_INVENTORY)',
  reads: ({ action, config }) =>
    action === 'getObject' &&
    (config['ManifestType'] === 'S3_INVENTORY' ||
      (config['InputType'] === 'MANIFEST' && config['ManifestType'] === undefined)),
  async *items(dataset, sources) {
    const { fileSchema, fileFormat = 'CSV', files, destinationBucket } = await readManifest(dataset, sources);
    const bucket =
      String(destinationBucket ?? '').replace(/^arn:[^:]*:s3:::/, '') || textParameter(dataset, 'Bucket');
    for (const file of Array.isArray(files) ? files : []) {
      const key = isJsonObject(file) ? file['key'] : undefined;
      if (typeof key !== 'string')
        throw new ItemReaderFailure('The inventory manifest names a file without a key.');
      const single: Dataset = { ...dataset, parameters: ownerOf(dataset, { Bucket: bucket, Key: key }) };
      if (fileFormat === 'Parquet') yield* parquetReader.items(single, sources);
      else if (fileFormat === 'CSV') {
        const header = String(fileSchema ?? '').split(',');
        const names = header.map((name) => name.trim());
        const { body } = await openObject(single, sources);
        // S3 gzips the files of an inventory, whatever their keys.
        yield* csvItems(decompressed(body, `${key}.gz`), sourceOf(single), ',', names);
      } else
        throw new ItemReaderFailure(
          `Inventory files of format ${String(fileFormat)} are not served, only CSV and Parquet.`,
        );
    }
  },
};

/** Parameters of a file that a manifest or list names: the owner expected is the same. */
export function ownerOf({ parameters }: Dataset, place: JsonObject): JsonObject {
  const { ExpectedBucketOwner } = parameters;
  return ExpectedBucketOwner === undefined ? place : { ...place, ExpectedBucketOwner };
}

async function readManifest(dataset: Dataset, sources: ReaderSources): Promise<JsonObject> {
  let text = '';
  for await (const piece of texts(await openDataset(dataset, sources))) text += piece;
  try {
    const manifest = parseJson(text);
    if (isJsonObject(manifest)) return manifest;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
  }
  throw new ItemReaderFailure('The manifest is not a JSON object.');
}
