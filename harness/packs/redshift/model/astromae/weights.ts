/** Named parameters of a network as float32, and the algebra that folds layers without a nonlinearity between them. */

export interface Weight {
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array;
}

/** A matrix [rows, columns], row-major; products are summed in float64 and rounded once. */
export interface Matrix {
  rows: number;
  columns: number;
  values: Float32Array;
}

export const matrix = ({ shape, values }: Weight): Matrix => ({
  rows: shape[0]!,
  columns: values.length / shape[0]!,
  values,
});

/** a x b; rows of b are taken four at a time, for a row of the result is read and written once per four. */
export function product(a: Matrix, b: Matrix): Matrix {
  const values = new Float32Array(a.rows * b.columns);
  const row = new Float64Array(b.columns);
  const { columns } = b;
  for (let r = 0; r < a.rows; r++) {
    row.fill(0);
    const factors = a.values.subarray(r * a.columns, (r + 1) * a.columns);
    let k = 0;
    for (; k + 4 <= a.columns; k += 4) {
      const [f0, f1, f2, f3] = [factors[k]!, factors[k + 1]!, factors[k + 2]!, factors[k + 3]!];
      let at = k * columns;
      for (let c = 0; c < columns; c++, at++) {
        row[c]! +=
          f0 * b.values[at]! +
          f1 * b.values[at + columns]! +
          f2 * b.values[at + 2 * columns]! +
          f3 * b.values[at + 3 * columns]!;
      }
    }
    for (; k < a.columns; k++)
      for (let c = 0; c < columns; c++) row[c]! += factors[k]! * b.values[k * columns + c]!;
    values.set(row, r * columns);
  }
  return { rows: a.rows, columns, values };
}

/** Columns `start` to `start + count`. */
export function columnsOf({ rows, columns, values }: Matrix, start: number, count: number): Matrix {
  const part = new Float32Array(rows * count);
  for (let r = 0; r < rows; r++)
    part.set(values.subarray(r * columns + start, r * columns + start + count), r * count);
  return { rows, columns: count, values: part };
}

/** a x v + b: what a linear layer with weight `a` and bias `b` makes of the vector `v`. */
export function applied(a: Matrix, v: Float32Array, b?: Float32Array): Float32Array {
  return Float32Array.from({ length: a.rows }, (_, r) => {
    let sum = b?.[r] ?? 0;
    for (let c = 0; c < a.columns; c++) sum += a.values[r * a.columns + c]! * v[c]!;
    return sum;
  });
}

export interface Layer {
  weight: Float32Array;
  bias: Float32Array;
}

/** A convolution with the BatchNorm behind it, in evaluation: y = (conv(x) - mean) / sqrt(variance + eps) * gamma + beta. */
export function foldBatchNorm(
  conv: Layer,
  norm: { gamma: Float32Array; beta: Float32Array; mean: Float32Array; variance: Float32Array },
  epsilon: number,
): Layer {
  const channels = norm.gamma.length;
  const perChannel = conv.weight.length / channels;
  const scale = Float64Array.from(norm.gamma, (gamma, i) => gamma / Math.sqrt(norm.variance[i]! + epsilon));
  return {
    weight: Float32Array.from(conv.weight, (value, i) => value * scale[Math.floor(i / perChannel)]!),
    bias: Float32Array.from(conv.bias, (value, i) => (value - norm.mean[i]!) * scale[i]! + norm.beta[i]!),
  };
}

/** The weight of a layer as a matrix [outputs, columns]. */
export const asMatrix = ({ weight }: Layer, columns: number): Matrix => ({
  rows: weight.length / columns,
  columns,
  values: weight,
});

/** `layer` applied to what `before` answers, as one layer. */
export function behind(layer: Layer, before: Layer): Layer {
  const inner = before.bias.length;
  const outer = asMatrix(layer, inner);
  return {
    weight: product(outer, asMatrix(before, before.weight.length / inner)).values,
    bias: applied(outer, before.bias, layer.bias),
  };
}
