import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ImportedModel, importCheckpoint } from '../model/import-checkpoint.ts';

export interface ImportModelOptions {
  out: string;
  heads?: number;
}

/** Imports a checkpoint and prints what was found. */
export async function importModel(checkpoint: string, options: ImportModelOptions): Promise<void> {
  const imported = await importCheckpoint(
    checkpoint,
    options.heads === undefined ? {} : { heads: options.heads },
  );
  await mkdir(dirname(options.out), { recursive: true });
  await writeFile(`${options.out}.tmp`, imported.bytes);
  await rename(`${options.out}.tmp`, options.out);
  const lines = [
    `${imported.kind}${imported.className ? ` ${imported.className}` : ''}: all parameters found`,
    describeSizes(imported),
    ...imported.extra.map((name) => `  not used: ${name}`),
    ...(imported.headsFrom === 'default'
      ? [
          `  assumes ${imported.sizes.heads} heads (width / 32): this form does not record them; --heads sets another number`,
        ]
      : []),
    `wrote ${options.out}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Two lines with a network's sizes. */
export function describeSizes({
  sizes,
  parameters,
  unusedParameters,
  carried,
  bytes,
}: ImportedModel): string {
  const count = (value: number) => value.toLocaleString('en');
  return (
    `AstroMAE of ${sizes.blocks} blocks, width ${sizes.width}, ${sizes.heads} heads, patches of ${sizes.patchPx} pixels, ${sizes.features} features\n` +
    `  ${count(parameters)} parameters (${count(unusedParameters)} in a branch that is never called), ${count(carried)} in the graph after folding, ${(bytes.length / 2 ** 20).toFixed(1)} MiB`
  );
}
