/** The kinds of datasets a Distributed Map can read; the first that reads a dataset is taken. */
import type { JsonObject } from '../../../../core/json.ts';
import { athenaManifestReader } from './athena-manifest.ts';
import { csvReader } from './csv.ts';
import { inventoryReader } from './inventory.ts';
import {
  type Dataset,
  type ItemReader,
  ItemReaderFailure,
  type Items,
  type ReaderSources,
} from './item-reader.ts';
import { jsonReader } from './json.ts';
import { jsonLinesReader } from './jsonl.ts';
import { listObjectsReader } from './list-objects-v2.ts';

const itemReaders: readonly ItemReader[] = [
  athenaManifestReader,
  csvReader,
  inventoryReader,
  jsonReader,
  jsonLinesReader,
  listObjectsReader,
];

/** AWS reads at most this many items, and takes 0 for all of them. */
const MAX_ITEMS = 100_000_000;

/** The items of an ItemReader field, at most its MaxItems. Fails with ItemReaderFailure. */
export async function* readItems(
  itemReader: { resource: string; parameters: JsonObject; readerConfig: JsonObject },
  sources: ReaderSources,
): Items {
  const { resource, parameters, readerConfig } = itemReader;
  const dataset: Dataset = { action: resource.split(':').at(-1) ?? '', parameters, config: readerConfig };
  const reader = itemReaders.find((candidate) => candidate.reads(dataset));
  if (!reader)
    throw new ItemReaderFailure(
      `An ItemReader with resource ${resource} and InputType ${String(readerConfig['InputType'])} is not served.`,
    );
  let left = maxItems(readerConfig);
  for await (const items of reader.items(dataset, sources)) {
    yield items.length > left ? items.slice(0, left) : items;
    left -= items.length;
    if (left <= 0) return;
  }
}

function maxItems(config: JsonObject): number {
  const { MaxItems } = config;
  return typeof MaxItems === 'number' && MaxItems > 0 ? Math.min(MaxItems, MAX_ITEMS) : MAX_ITEMS;
}
