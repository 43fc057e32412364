import { z } from 'zod';
import { parseQuantity } from '../../../metrics/quantity.ts';
import { type S3Spec, s3Schema, s3Shape } from '../../../scenario/dataset/s3-spec.ts';
import { partitionFormats } from '../data/dataset.ts';
import { SURVEY_EFFECTS } from '../data/survey/effects.ts';
import { type DamageKind, damageKinds } from './damage/index.ts';

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
  effects: z
    .array(z.enum(SURVEY_EFFECTS))
    .default([])
    .describe(
      'what makes some samples hard: `neighbours` in the stamp (7.5 %), `stars` among the targets (2 %), `maskedPixels` (2 %), `badSpectra` (1 %)',
    ),
  like: z
    .enum(['original'])
    .optional()
    .describe(
      "`original`: float64 magnitudes and a short last partition (369 samples, 240 at 100 MB), as in the original's data",
    ),
});

const s3 = s3Schema(s3Shape);

/** Fields of `dataset`: where partitions come from, and what is wrong with them on purpose. */
export const partitionsShape = {
  generate: generateSchema.optional().describe('partitions of a synthetic survey, generated once and cached'),
  folder: z
    .string()
    .min(1)
    .optional()
    .describe('folder with partition files of your own, relative to the scenario'),
  s3: s3.optional().describe('partitions that lie in S3 already'),
  damage: z
    .array(damageSchema)
    .default([])
    .describe('partitions spoiled on purpose, in copies: `[{partition: 2, kind: truncate}]`'),
};

export interface PartitionsSpec {
  generate?: GenerateSpec | undefined;
  folder?: string | undefined;
  s3?: S3Spec | undefined;
  damage: readonly { partition: number; kind: DamageKind }[];
}
export type GenerateSpec = z.output<typeof generateSchema>;

/** What no single field can tell. */
export function partitionsIssues(spec: PartitionsSpec): { path: string[]; message: string }[] {
  const { generate, s3: source, damage } = spec;
  const issues: { path: string[]; message: string }[] = [];
  const issue = (path: string[], message: string) => issues.push({ path, message });
  if (source && damage.length > 0 && (source.inPlace || source.count === undefined)) {
    issue(
      ['damage'],
      source.inPlace
        ? 'dataset.damage is done to copies, and dataset.s3.inPlace makes none'
        : 'dataset.damage needs dataset.s3.count, for nothing is listed before a run',
    );
  }
  if (!generate) return issues;
  if ((generate.partitionMB === undefined) === (generate.samples === undefined)) {
    issue(['generate'], 'dataset.generate needs one of "partitionMB" and "samples"');
  }
  if ((generate.count === undefined) === (generate.total === undefined)) {
    issue(['generate'], 'dataset.generate needs one of "count" and "total"');
  }
  if (generate.like === 'original' && (generate.partitionMB === undefined || generate.format !== 'pt')) {
    issue(['generate', 'like'], 'dataset.generate.like needs "partitionMB" and the format "pt"');
  }
  if (generate.total !== undefined && generate.partitionMB === undefined) {
    issue(['generate', 'total'], 'dataset.generate.total needs "partitionMB"');
  }
  return issues;
}

const MB = 1024 * 1024;

/** Number of partitions a generated dataset has; 1 GB is 41 / 21 / 14 / 11 files of 25 / 50 / 75 / 100 MB. */
export function partitionCount(generate: GenerateSpec): number {
  if (generate.count !== undefined) return generate.count;
  const total = parseQuantity(generate.total!)!;
  return Math.max(1, Math.ceil(total.value / MB / generate.partitionMB!));
}
