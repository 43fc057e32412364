/**
 * `InputType: MANIFEST`: an S3 inventory's manifest.json and the gzipped CSV files it names. Every item has the
 * columns of the inventory's schema, as texts.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */

import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { csvItems } from './csv.ts';
import {
  type Dataset,
  type ItemReader,
  ItemReaderFailure,
  openObject,
  type ReaderSources,
  textParameter,
  texts,
} from './item-reader.ts';

export const inventoryReader: ItemReader = {
  name: 'MANIFEST (S3_INVENTORY)',
  reads: ({ action, config }) =>
    action === 'getObject' &&
    config['InputType'] === 'MANIFEST' &&
    (config['ManifestType'] ?? 'S3_INVENTORY') === 'S3_INVENTORY',
  async *items(dataset, sources) {
    const manifest = await readManifest(dataset, sources);
    const { fileSchema, fileFormat, files, destinationBucket } = manifest;
    if (fileFormat !== undefined && fileFormat !== 'CSV')
      throw new ItemReaderFailure(
        `Inventory files of format ${String(fileFormat)} are not served, only CSV.`,
      );
    const header = String(fileSchema ?? '')
      .split(',')
      .map((name) => name.trim());
    const bucket =
      String(destinationBucket ?? '').replace(/^arn:[^:]*:s3:::/, '') || textParameter(dataset, 'Bucket');
    for (const file of Array.isArray(files) ? files : []) {
      const key = isJsonObject(file) ? file['key'] : undefined;
      if (typeof key !== 'string')
        throw new ItemReaderFailure('The inventory manifest names a file without a key.');
      yield* csvItems(unzipped(await openObject(sources, bucket, key)), ',', header);
    }
  },
};

function unzipped(body: Readable): Readable {
  const gunzip = createGunzip();
  body.on('error', (error) => gunzip.destroy(error));
  return body.pipe(gunzip);
}

async function readManifest(dataset: Dataset, sources: ReaderSources): Promise<JsonObject> {
  const body = await openObject(sources, textParameter(dataset, 'Bucket'), textParameter(dataset, 'Key'));
  let text = '';
  for await (const piece of texts(body)) text += piece;
  try {
    const manifest: unknown = parseJson(text);
    if (isJsonObject(manifest)) return manifest;
  } catch {
    // Not JSON: refused below.
  }
  throw new ItemReaderFailure('The manifest is not a JSON object.');
}
