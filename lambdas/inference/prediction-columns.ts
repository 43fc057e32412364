/** The numbers of a predictions file, column by column, whatever its format. */
import { BANDS } from '../shared/partition/partition.ts';
import type { PartitionPredictions } from './predict-partition.ts';

export interface PredictionColumn {
  name: string;
  /** As FITS and VOUnits spell it; absent for plain numbers. */
  unit?: string;
  description: string;
  /** One value per sample of all partitions, in order; NaN where unknown. */
  values: Float32Array;
}

/** Parts of a mixture in the order of the model's output. */
const MIXTURE_PARTS = [
  ['weight', 'weight of a Gaussian of the predicted distribution'],
  ['mean', 'its mean redshift'],
  ['sigma', 'its standard deviation'],
] as const;

/**
 * `z_true` when known, `z_pred`, the magnitudes `mag_u` to `mag_z`, and for a model with distributions
 * `mix_weight_1` to `mix_sigma_K`.
 */
export function predictionColumns(partitions: readonly PartitionPredictions[]): PredictionColumn[] {
  const rows = partitions.reduce((sum, { zPred }) => sum + zPred.length, 0);
  /** Gathers member `index` of each sample's `size` numbers. */
  const gathered = (
    of: (partition: PartitionPredictions) => Float32Array | undefined,
    size = 1,
    index = 0,
  ): Float32Array => {
    const values = new Float32Array(rows);
    let row = 0;
    for (const partition of partitions) {
      const source = of(partition);
      for (let i = 0; i < partition.zPred.length; i++)
        values[row++] = source ? source[i * size + index]! : Number.NaN;
    }
    return values;
  };
  const columns: PredictionColumn[] = [];
  if (partitions.some(({ zTrue }) => zTrue !== undefined)) {
    columns.push({
      name: 'z_true',
      description: 'redshift of the partition',
      values: gathered((one) => one.zTrue),
    });
  }
  columns.push({
    name: 'z_pred',
    description: 'predicted redshift',
    values: gathered(({ zPred }) => zPred),
  });
  BANDS.forEach((band, b) => {
    const values = gathered(({ magnitudes }) => magnitudes, BANDS.length, b);
    columns.push({ name: `mag_${band}`, unit: 'mag', description: `AB magnitude in ${band}`, values });
  });
  const first = partitions.find(({ mixtures }) => mixtures !== undefined);
  const perSample = first ? first.mixtures!.length / first.zPred.length : 0;
  const components = perSample / MIXTURE_PARTS.length;
  for (let k = 0; k < components; k++) {
    MIXTURE_PARTS.forEach(([part, description], p) => {
      const values = gathered(({ mixtures }) => mixtures, perSample, p * components + k);
      columns.push({ name: `mix_${part}_${k + 1}`, description, values });
    });
  }
  return columns;
}
