import { z } from 'zod';
import { parseQuantity } from '../metrics/quantity.ts';
import { damageKinds } from '../packs/redshift/damage/index.ts';
import { partitionFormats } from '../packs/redshift/data/dataset.ts';
import { s3Schema } from './s3-spec.ts';

const size = z.string().superRefine((value, context) => {
  const parsed = parseQuantity(value);
  if (parsed?.dimension !== 'bytes' || parsed.value <= 0) {
    context.addIssue({ code: 'custom', message: `"${value}" is not a size such as "300 MB" or "1 GB"` });
  }
});

const damageSchema = z.strictObject({
  partition: z.int().positive().describe("which partition, counted from 1 in S3's order"),
  kind: z
    .enum(damageKinds)
    .describe(
      'cut off, a value that is not a number, a wrong shape, a pickle that would run code, taken out, or no bytes',
    ),
});

const generateSchema = z.strictObject({
  format: z.enum(partitionFormats).default('pt').describe('file format of the partitions'),
  partitionMB: z
    .literal([25, 50, 75, 100])
    .optional()
    .describe('size of a partition, one of the published sizes (1 MB = 1,048,576 B)'),
  samples: z
    .int()
    .positive()
    .optional()
    .describe('instead of `partitionMB`: samples per partition, for small quick runs'),
  count: z.int().positive().optional().describe('number of partitions'),
  total: size
    .optional()
    .describe(
      'instead of `count`: as many partitions as hold this much, such as `300 MB` or `1 GB` (1 GB = 1,024 MB)',
    ),
});

/** Where a scenario's partitions come from, and what is wrong with them on purpose. */
export const datasetSchema = z
  .strictObject({
    generate: generateSchema
      .optional()
      .describe('partitions of a synthetic survey, generated once and cached'),
    folder: z
      .string()
      .min(1)
      .optional()
      .describe('folder with partition files of your own, relative to the scenario'),
    s3: s3Schema.optional().describe('partitions that lie in S3 already'),
    damage: z
      .array(damageSchema)
      .default([])
      .describe('partitions spoiled on purpose, in copies: `[{partition: 2, kind: truncate}]`'),
  })
  .superRefine((dataset, context) => {
    const { generate, folder, s3, damage } = dataset;
    const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if ([generate, folder, s3].filter((source) => source !== undefined).length !== 1) {
      issue([], 'dataset needs one of "generate", "folder" and "s3"');
    }
    if (s3 && damage.length > 0 && (s3.inPlace || s3.count === undefined)) {
      issue(
        ['damage'],
        s3.inPlace
          ? 'dataset.damage is done to copies, and dataset.s3.inPlace makes none'
          : 'dataset.damage needs dataset.s3.count, for nothing is listed before a run',
      );
    }
    if (!generate) return;
    if ((generate.partitionMB === undefined) === (generate.samples === undefined)) {
      issue(['generate'], 'dataset.generate needs one of "partitionMB" and "samples"');
    }
    if ((generate.count === undefined) === (generate.total === undefined)) {
      issue(['generate'], 'dataset.generate needs one of "count" and "total"');
    }
    if (generate.total !== undefined && generate.partitionMB === undefined) {
      issue(['generate', 'total'], 'dataset.generate.total needs "partitionMB"');
    }
  });

export type DatasetSpec = z.output<typeof datasetSchema>;
export type GenerateSpec = NonNullable<DatasetSpec['generate']>;

const MB = 1024 * 1024;

/** Number of partitions a generated dataset has; 1 GB is 41 / 21 / 14 / 11 files of 25 / 50 / 75 / 100 MB. */
export function partitionCount(generate: GenerateSpec): number {
  if (generate.count !== undefined) return generate.count;
  const total = parseQuantity(generate.total!)!;
  return Math.max(1, Math.ceil(total.value / MB / generate.partitionMB!));
}
