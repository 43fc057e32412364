/** `InputType: JSON`: the elements of an array in one object, the whole of it or what ItemsPointer names. */
import type { Readable } from 'node:stream';
import {
  type ItemReader,
  ItemReaderFailure,
  type Items,
  openObject,
  textParameter,
  texts,
} from './item-reader.ts';
import { JsonSplitter } from './json-splitter.ts';

export const jsonReader: ItemReader = {
  name: 'JSON',
  reads: ({ action, config }) => action === 'getObject' && config['InputType'] === 'JSON',
  async *items(dataset, sources) {
    const body = await openObject(sources, textParameter(dataset, 'Bucket'), textParameter(dataset, 'Key'));
    const pointer = dataset.config['ItemsPointer'];
    yield* jsonItems(body, typeof pointer === 'string' ? pointer : '');
  },
};

/** The items of a JSON text; the stream is closed as soon as the last one is read. */
async function* jsonItems(body: Readable, pointer: string): Items {
  const splitter = new JsonSplitter(pointer);
  try {
    for await (const text of texts(body)) {
      const items = splitter.push(text);
      if (items.length > 0) yield items;
      if (splitter.done) return;
    }
    splitter.end();
  } catch (error) {
    throw error instanceof SyntaxError ? new ItemReaderFailure(error.message) : error;
  } finally {
    body.destroy();
  }
}
