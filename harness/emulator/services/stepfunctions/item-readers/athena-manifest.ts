/** `ManifestType: ATHENA_DATA`: the manifest of an UNLOAD, one `s3://` address per line, each a file of items. */
import { csvReader } from './csv.ts';
import { ownerOf } from './inventory.ts';
import { type Dataset, type ItemReader, openDataset, texts } from './item-reader.ts';
import { ItemReaderFailure } from './item-reader-failure.ts';
import { jsonLinesReader } from './jsonl.ts';
import { lines } from './lines.ts';
import { parquetReader } from './parquet.ts';

const LOADERS: readonly ItemReader[] = [jsonLinesReader, csvReader, parquetReader];

const ADDRESS = /^s3:\/\/([^/]+)\/(.+)$/;

export const athenaManifestReader: ItemReader = {
  name: 'MANIFEST (ATHENA_DATA)',
  reads: ({ action, config }) => action === 'getObject' && config['ManifestType'] === 'ATHENA_DATA',
  async *items(dataset, sources) {
    const { ManifestType: _, ...config } = dataset.config;
    const body = await openDataset(dataset, sources);
    for await (const some of lines(texts(body))) {
      for (const line of some) {
        if (line.trim() === '') continue;
        const [, bucket, key] = ADDRESS.exec(line.trim().replaceAll('"', '')) ?? [];
        if (bucket === undefined || key === undefined)
          throw new ItemReaderFailure(`The Athena manifest holds a line that is no S3 address: ${line}`);
        const single: Dataset = {
          ...dataset,
          config,
          parameters: ownerOf(dataset, { Bucket: bucket, Key: key }),
        };
        const loader = LOADERS.find((reader) => reader.reads(single));
        if (!loader)
          throw new ItemReaderFailure(
            `Athena data of InputType ${String(config['InputType'])} is not served.`,
          );
        yield* loader.items(single, sources);
      }
    }
  },
};
