/** Registry of kinds of datasets: each is a field under `dataset`. */
import { z } from 'zod';
import {
  type DatasetContext,
  type DatasetKind,
  type DatasetPlan,
  type DatasetSpec,
  packDatasets,
} from './dataset-kind.ts';
import { filesDataset } from './files.ts';
import { s3Dataset } from './s3.ts';
import { csvDataset, jsonlDataset } from './table.ts';

const GENERIC: readonly DatasetKind[] = [filesDataset, csvDataset, jsonlDataset, s3Dataset];

/** Kinds in a project with this pack; of two with the same field the pack's stands. */
function kindsFor(pack: string | undefined): readonly DatasetKind[] {
  const own = packDatasets.of(pack) ?? [];
  const taken = new Set(own.flatMap(({ fields }) => fields));
  return [...own, ...GENERIC.filter(({ fields }) => fields.every((field) => !taken.has(field)))];
}

/** The fields under `dataset` in a project with this pack. */
export function datasetSchemaFor(pack: string | undefined): z.ZodType<DatasetSpec> {
  const kinds = kindsFor(pack);
  const choices = kinds.flatMap(({ fields }) => fields);
  const quoted = choices.map((field) => `"${field}"`);
  return z
    .strictObject(Object.assign({}, ...kinds.map(({ shape }) => shape)) as z.ZodRawShape)
    .superRefine((spec, context) => {
      const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
      const chosen = choices.filter((field) => spec[field] !== undefined);
      if (chosen.length !== 1)
        issue([], `dataset needs one of ${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`);
      for (const kind of kinds) {
        if (kind.fields.every((field) => spec[field] === undefined)) continue;
        for (const { path, message } of kind.issues?.(spec) ?? []) issue(path, message);
      }
    }) as unknown as z.ZodType<DatasetSpec>;
}

/** Plans what the scenario asks for. @throws InvalidDocument */
export function planDataset(
  spec: DatasetSpec,
  pack: string | undefined,
  context: DatasetContext,
): DatasetPlan {
  const kind = kindsFor(pack).find(({ fields }) => fields.some((field) => spec[field] !== undefined))!;
  return kind.plan(spec, context);
}
