/** Partitions of the survey as a kind of dataset: generated, from a folder, or in S3; spoiled where asked for. */
import type { JsonObject } from '../../../core/json.ts';
import type { Diagnostic } from '../../../document/diagnostics.ts';
import type {
  DatasetContext,
  DatasetFile,
  DatasetKind,
  LocatedDataset,
  PutStep,
} from '../../../scenario/dataset/dataset-kind.ts';
import { splitPrefix } from '../../../scenario/dataset/destination.ts';
import { listSource, s3ClientOf, type Wanted } from '../../../scenario/dataset/s3-source.ts';
import { partitionFormats } from '../data/dataset.ts';
import { textField } from '../evidence/input-fields.ts';
import { formatOf, type LocatedPartitions, type PartitionsPlan, planPartitions } from './plan.ts';
import { ensureGenerated, preparePartitions } from './prepare.ts';
import { type PartitionsSpec, partitionsIssues, partitionsShape } from './schema.ts';

export const PARTITIONS: Wanted = {
  isWanted: (name) => formatOf(name) !== undefined,
  what: 'partition',
  remedy: `Partitions end in ${partitionFormats.map((format) => `.${format}`).join(', ')}; correct bucket or prefix.`,
};

export const partitionsDataset: DatasetKind = {
  fields: ['generate', 'folder', 's3'],
  shape: partitionsShape,
  issues: (spec) => partitionsIssues(spec as unknown as PartitionsSpec),
  plan(fields, context) {
    const spec = fields as unknown as PartitionsSpec;
    const plan = planPartitions(spec, context.folder, context.source);
    const { files, paths } = plan;
    return {
      ...(files === undefined ? {} : { files }),
      variables: variablesOf(plan),
      ...(paths ? { paths } : {}),
      inPlace: spec.s3?.inPlace ?? false,
      mistakes: (steps) => [...damageMistakes(plan, context), ...putMistakes(spec, steps, context)],
      ensure: (options) => ensureGenerated(plan, { ...options, seed: context.seed }),
      async locate(place, signal): Promise<LocatedDataset> {
        if (!spec.s3) return located({ ...plan, files: files!, format: plan.format! }, context.seed);
        const own = spec.s3.inPlace && place ? undefined : s3ClientOf(spec.s3);
        try {
          const objects = await listSource(own ?? place!, spec.s3, signal, PARTITIONS);
          const format = formatOf(objects[0]!.name)!;
          return located({ ...plan, files: objects.length, format, objects }, context.seed);
        } finally {
          own?.destroy();
        }
      },
    };
  },
};

/** A planned dataset of which everything is known. */
function located(plan: LocatedPartitions, seed: number): LocatedDataset {
  const { spec, files, format, objects = [] } = plan;
  const partitionMB = spec.generate?.partitionMB;
  return {
    files,
    variables: variablesOf(plan),
    prepare: (options) => preparePartitions(plan, { ...options, seed }),
    ...(spec.s3?.inPlace
      ? {
          inPlace: {
            files: objects.map(({ bucket, key, name, sizeBytes, etag }): DatasetFile => {
              return { path: `s3://${bucket}/${key}`, name, sizeBytes, etag };
            }),
            keys: objects.map(({ key }) => key),
          },
        }
      : {}),
    destination: partitionsAt,
    record: {
      format,
      ...(partitionMB === undefined ? {} : { partitionMB, nominalPartitionBytes: partitionMB * 1024 ** 2 }),
    },
  };
}

/** Where the pipeline looks for partitions. */
export function partitionsAt(input: JsonObject): { bucket: string; prefix: string } {
  const prefix = textField(input, 'data_prefix', 'partitions').replace(/\/+$/, '');
  return { bucket: textField(input, 'data_bucket', 'cosmicai-data'), prefix: `${prefix}/` };
}

/** Parameters of the project's input. `fileLimit` grows with the dataset, so that nothing is left out. */
function variablesOf({ spec, files, samples }: PartitionsPlan): Record<string, string | number> {
  const size = spec.generate?.partitionMB;
  const dataFolder = size === undefined ? 'partitions' : `${size}MB`;
  const place = spec.s3?.inPlace ? splitPrefix(spec.s3.uri) : undefined;
  return {
    ...(files === undefined ? {} : { files }),
    ...(samples === undefined ? {} : { samples }),
    fileLimit: String(Math.max(100, files ?? 0)),
    dataFolder,
    dataBucket: place?.bucket ?? 'cosmicai-data',
    dataPrefix: place ? place.prefix.replace(/\/$/, '') : dataFolder,
  };
}

/** Damage that knows where in a file to strike; the other kinds spoil any. */
const FORMATS_OF_DAMAGE: Readonly<Record<string, readonly string[]>> = {
  nan: ['pt', 'json'],
  shape: ['pt', 'json'],
  hostile: ['pt'],
};

function damageMistakes({ spec, files, format }: PartitionsPlan, { source }: DatasetContext): Diagnostic[] {
  return spec.damage.flatMap(({ partition, kind }, index) => {
    const path = ['dataset', 'damage', index];
    if (files !== undefined && partition > files) {
      const message = `there is no partition ${partition} to damage, the dataset has ${files}`;
      return [source.diagnose([...path, 'partition'], message, { at: 'value' })];
    }
    const formats = FORMATS_OF_DAMAGE[kind];
    if (formats && format && !formats.includes(format)) {
      const message = `damage "${kind}" needs format ${formats.join(' or ')}, the dataset is ${format}`;
      return [source.diagnose([...path, 'kind'], message, { at: 'value' })];
    }
    return [];
  });
}

/** Partitions that are read in place are not on this machine to be put elsewhere. */
function putMistakes(
  { s3 }: PartitionsSpec,
  steps: readonly PutStep[],
  { source }: DatasetContext,
): Diagnostic[] {
  return steps.flatMap(({ put }, index) => {
    if (!s3?.inPlace || put?.partition === undefined) return [];
    const message = 'a partition cannot be put, for dataset.s3.inPlace copies none';
    return [source.diagnose(['steps', index, 'put', 'partition'], message, { at: 'value' })];
  });
}
