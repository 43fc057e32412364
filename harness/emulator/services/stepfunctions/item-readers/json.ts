/**
 * `InputType: JSON`: the elements of an array, or the members of an object, that is the whole of the file or what
 * ItemsPointer names.
 */
import type { Readable } from 'node:stream';
import { type ItemReader, type Items, openDataset, sourceOf, texts } from './item-reader.ts';
import { ItemReaderFailure } from './item-reader-failure.ts';
import { JsonSplitter } from './json-splitter.ts';

export const jsonReader: ItemReader = {
  name: 'JSON',
  reads: ({ action, config }) => action === 'getObject' && config['InputType'] === 'JSON',
  async *items(dataset, sources) {
    const body = await openDataset(dataset, sources);
    const pointer = dataset.config['ItemsPointer'];
    yield* jsonItems(body, sourceOf(dataset), typeof pointer === 'string' ? pointer : undefined);
  },
};

/** The items of a JSON text; the stream is closed as soon as the last one is read. */
async function* jsonItems(body: Readable, source: string, pointer: string | undefined): Items {
  const splitter = new JsonSplitter(pointer);
  try {
    for await (const text of texts(body)) {
      const items = splitter.push(text);
      if (items.length > 0) yield { items, source, keyed: splitter.keyed };
      if (splitter.done) return;
    }
    splitter.end();
  } catch (error) {
    throw error instanceof SyntaxError ? new ItemReaderFailure(error.message) : error;
  } finally {
    body.destroy();
  }
}
