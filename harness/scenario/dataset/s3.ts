/** Objects that lie in S3 already: copied to the run's own S3, or read where they lie. */
import { statSync } from 'node:fs';
import type { z } from 'zod';
import type { DatasetFile, DatasetKind } from './dataset-kind.ts';
import { prefixUri, splitPrefix } from './destination.ts';
import { copySource, listSource, s3ClientOf } from './s3-source.ts';
import { type S3Spec, s3Schema, s3Shape } from './s3-spec.ts';

const schema = s3Schema(
  s3Shape.extend({
    to: prefixUri.optional().describe('`s3://BUCKET/PREFIX/` that copies go to'),
  }),
);
type Spec = S3Spec & { to?: string };

export const s3Dataset: DatasetKind = {
  fields: ['s3'],
  shape: { s3: (schema as z.ZodType<Spec>).optional().describe('objects that lie in S3 already') },
  issues({ s3 }) {
    const { inPlace, to } = s3 as Spec;
    if (inPlace === (to === undefined)) return [];
    const message = inPlace
      ? 'dataset.s3.inPlace copies nothing: "to" is not for it'
      : 'dataset.s3 needs "to", where copies go, or "inPlace"';
    return [{ path: ['s3'], message }];
  },
  plan({ s3 }) {
    const spec = s3 as Spec;
    const { count, inPlace } = spec;
    const variables = count === undefined ? {} : { files: count };
    return {
      ...(count === undefined ? {} : { files: count }),
      variables,
      inPlace,
      async locate(place, signal) {
        const own = inPlace && place ? undefined : s3ClientOf(spec);
        try {
          const objects = await listSource(own ?? place!, spec, signal);
          const described = objects.map(
            ({ bucket, key, name, sizeBytes, etag }): DatasetFile => ({
              path: `s3://${bucket}/${key}`,
              name,
              sizeBytes,
              etag,
            }),
          );
          return {
            files: objects.length,
            variables: { files: objects.length },
            ...(inPlace ? { inPlace: { files: described, keys: objects.map(({ key }) => key) } } : {}),
            async prepare(options) {
              const client = s3ClientOf(spec);
              try {
                const paths = await copySource(client, spec, objects, options);
                return paths.map((path, index) => ({
                  path,
                  name: objects[index]!.name,
                  sizeBytes: statSync(path).size,
                }));
              } finally {
                client.destroy();
              }
            },
            destination: () => splitPrefix(spec.to ?? spec.uri),
            record: {},
          };
        } finally {
          own?.destroy();
        }
      },
    };
  },
};
