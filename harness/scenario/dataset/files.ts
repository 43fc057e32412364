/** Files of one's own: a folder, or a single file, uploaded as they are. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { InvalidDocument } from '../../document/diagnostics.ts';
import { byUtf8 } from './by-utf8.ts';
import type { DatasetFile, DatasetKind } from './dataset-kind.ts';
import { prefixUri, splitPrefix } from './destination.ts';

const filesSchema = z.strictObject({
  from: z.string().min(1).describe('folder, or a single file, relative to the scenario'),
  to: prefixUri.describe('`s3://BUCKET/PREFIX/` that they go to; folders within stay'),
});

export const filesDataset: DatasetKind = {
  fields: ['files'],
  shape: { files: filesSchema.optional().describe('files of your own') },
  plan(spec, { folder, source }) {
    const { from, to } = spec['files'] as z.output<typeof filesSchema>;
    const path = resolve(folder, from);
    const paths = filesIn(path);
    if (paths.length === 0) {
      const stats = statSync(path, { throwIfNoEntry: false });
      const what = stats ? `the folder ${from} holds no file` : `the folder ${from} does not exist`;
      const hint = 'Correct the path; it is relative to the scenario.';
      throw new InvalidDocument([source.diagnose(['dataset', 'files', 'from'], what, { at: 'value', hint })]);
    }
    const nameOf = (file: string) =>
      file === path ? basename(file) : relative(path, file).split(sep).join('/');
    const variables = { files: paths.length };
    return {
      files: paths.length,
      variables,
      paths,
      inPlace: false,
      async locate() {
        return {
          files: paths.length,
          variables,
          prepare: async () =>
            paths.map((file): DatasetFile => {
              return { path: file, name: nameOf(file), sizeBytes: statSync(file).size };
            }),
          destination: () => splitPrefix(to),
          record: {},
        };
      },
    };
  },
};

/** The file itself, or all below a folder, in the order in which S3 lists them. */
function filesIn(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) return [path];
  if (!stats?.isDirectory()) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .sort(byUtf8);
}
