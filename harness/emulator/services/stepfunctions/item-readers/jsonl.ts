/** `InputType: JSONL`: one JSON value per line. */

import type { Readable } from 'node:stream';
import type { Json } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { type ItemReader, type Items, openDataset, sourceOf, texts } from './item-reader.ts';
import { ItemReaderFailure } from './item-reader-failure.ts';
import { lines } from './lines.ts';

export const jsonLinesReader: ItemReader = {
  name: 'JSONL',
  reads: ({ action, config }) => action === 'getObject' && config['InputType'] === 'JSONL',
  async *items(dataset, sources) {
    yield* jsonLineItems(await openDataset(dataset, sources), sourceOf(dataset));
  },
};

/** The values of a JSON Lines text; empty lines are passed over. */
async function* jsonLineItems(body: Readable, source: string): Items {
  let number = 0;
  for await (const some of lines(texts(body))) {
    const items: Json[] = [];
    for (const line of some) {
      number++;
      if (line.trim() === '') continue;
      try {
        items.push(parseJson(line));
      } catch (error) {
        throw new ItemReaderFailure(
          `Line ${number} of the JSON Lines file cannot be parsed: ${(error as Error).message}`,
        );
      }
    }
    if (items.length > 0) yield { items, source };
  }
}
