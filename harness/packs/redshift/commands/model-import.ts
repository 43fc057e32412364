import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ImportedModel, importCheckpoint } from '../model/import-checkpoint.ts';

export interface ImportModelOptions {
  out: string;
  heads?: number;
}

/** Imports a checkpoint and says what was found. */
export async function importModel(checkpoint: string, options: ImportModelOptions): Promise<void> {
  const imported = await importCheckpoint(
    checkpoint,
    options.heads === undefined ? {} : { heads: options.heads },
  );
  await mkdir(dirname(options.out), { recursive: true });
  await writeFile(`${options.out}.tmp`, imported.bytes);
  await rename(`${options.out}.tmp`, options.out);
  const lines = [
    `${imported.kind}${imported.className ? ` ${imported.className}` : ''}: every parameter is there`,
    describeSizes(imported),
    ...imported.extra.map((name) => `  extra, not used: ${name}`),
    ...(imported.headsFrom === 'default'
      ? [`  ${imported.sizes.heads} heads are assumed, for the file does not say; --heads tells otherwise`]
      : []),
    `wrote ${options.out}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Two lines on a network's size. */
export function describeSizes({ sizes, parameters, carried, bytes }: ImportedModel): string {
  const count = (value: number) => value.toLocaleString('en');
  return (
    `AstroMAE of ${sizes.blocks} blocks, width ${sizes.width}, ${sizes.heads} heads, patches of ${sizes.patchPx} pixels, ${sizes.features} features\n` +
    `  ${count(parameters)} parameters used, ${count(carried)} carried after folding, ${(bytes.length / 2 ** 20).toFixed(1)} MiB`
  );
}
