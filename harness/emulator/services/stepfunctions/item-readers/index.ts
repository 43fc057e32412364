/** The kinds of datasets a Distributed Map can read; the first that reads a dataset is taken. */
import type { JsonObject } from '../../../../core/json.ts';
import { athenaManifestReader } from './athena-manifest.ts';
import { csvReader } from './csv.ts';
import { inventoryReader } from './inventory.ts';
import type { Dataset, ItemChunk, ItemReader, Items, ReaderSources } from './item-reader.ts';
import { ItemReaderFailure } from './item-reader-failure.ts';
import { jsonReader } from './json.ts';
import { jsonLinesReader } from './jsonl.ts';
import { listObjectsReader } from './list-objects-v2.ts';
import { parquetReader } from './parquet.ts';

const itemReaders: readonly ItemReader[] = [
  athenaManifestReader,
  csvReader,
  inventoryReader,
  jsonReader,
  jsonLinesReader,
  listObjectsReader,
  parquetReader,
];

/** AWS reads at most this many items, and takes 0 for all of them. */
const MAX_ITEMS = 100_000_000;

/** The items of an ItemReader field, at most its MaxItems. Fails with ItemReaderFailure. */
export async function* readItems(
  itemReader: { resource: string; parameters: JsonObject; readerConfig: JsonObject },
  sources: ReaderSources,
): Items {
  const { resource, parameters, readerConfig } = itemReader;
  let left = maxItems(readerConfig);
  const dataset: Dataset = { action: resource.split(':').at(-1) ?? '', parameters, config: readerConfig };
  const reader = itemReaders.find((candidate) => candidate.reads(dataset));
  if (!reader)
    throw new ItemReaderFailure(
      `An ItemReader with resource ${resource} and InputType ${String(readerConfig['InputType'])} is not served.`,
    );
  for await (const chunk of reader.items(dataset, sources)) {
    const { items } = chunk;
    yield items.length > left ? { ...chunk, items: items.slice(0, left) } : chunk;
    left -= items.length;
    if (left <= 0) return;
  }
}

function maxItems(config: JsonObject): number {
  const { MaxItems } = config;
  // Recorded case test_map_item_reader_csv_max_items_paths.
  if (typeof MaxItems === 'number' && MaxItems < 0)
    throw new ItemReaderFailure('field MaxItems must be positive');
  return typeof MaxItems === 'number' && MaxItems > 0 ? Math.min(MaxItems, MAX_ITEMS) : MAX_ITEMS;
}

/** The items after the first `passed`. */
export async function* itemsAfter(chunks: Items, passed: number): AsyncGenerator<ItemChunk, void> {
  let left = passed;
  for await (const chunk of chunks) {
    const items = left === 0 ? chunk.items : chunk.items.slice(left);
    left -= chunk.items.length - items.length;
    if (items.length > 0) yield { ...chunk, items };
  }
}
