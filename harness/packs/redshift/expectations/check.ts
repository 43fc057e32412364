import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../../document/diagnostics.ts';
import { type Bound, unitMistakes } from '../../../metrics/bound.ts';
import type { PackCheck } from '../../../scenario/check.ts';
import { figureNames, figureUnit } from '../metrics/prediction-figures.ts';

/** Units of bounds on predictions, and the model's folder. */
export const checkRedshift: PackCheck = ({ expect, deploy }, { folder, source }) => {
  const predictions = (expect['predictions'] ?? {}) as { readonly [figure: string]: Bound | undefined };
  const units = figureNames.flatMap((figure): Diagnostic[] => {
    const bound = predictions[figure];
    const mistakes = bound ? unitMistakes(bound, figureUnit(figure)) : [];
    return mistakes.map((mistake) =>
      source.diagnose(['expect', 'predictions', figure], mistake, { at: 'value' }),
    );
  });
  const model = deploy['model'] as string | undefined;
  if (model === undefined || existsSync(resolve(folder, model))) return units;
  const message = `the model folder ${model} does not exist`;
  return [...units, source.diagnose(['deploy', 'model'], message, { at: 'value' })];
};
