/**
 * Which layers become int8, by measurement: each kind of layer is quantised alone, and its effect is the root mean
 * square change of dz. Then all kinds are quantised, and the one with the greatest effect is given back to float32 until
 * bias and sigma_NMAD hold. In AstroMAE the first to go are the magnitudes' layers: raw magnitudes of 15 to 25 share one
 * scale, so a step of int8 is a tenth of a magnitude.
 */
import { isTrained, judgeQuantized, type Verdict } from './judge-quantized.ts';
import type { OnnxModel } from './onnx/schema.ts';
import { renderModel } from './onnx/schema.ts';
import { type Predictions, predictSamples } from './predict-samples.ts';
import { type QuantizedModel, quantizableKinds, quantizeModel } from './quantize.ts';

/** Samples on which a single kind is measured: the order of effects needs fewer than the gate. */
const MEASURED_SAMPLES = 256;

export interface KindEffect {
  kind: string;
  layers: number;
  weights: number;
  /** Root mean square change of dz when this kind alone is int8. */
  effect: number;
  /** Whether it is int8 in the model that was accepted. */
  int8: boolean;
}

export interface Selection extends QuantizedModel {
  bytes: Uint8Array;
  predictions: Predictions;
  verdict: Verdict;
  /** All kinds, the greatest effect first. */
  kinds: KindEffect[];
}

/**
 * The model with as many kinds of layers in int8 as the gate accepts, or the last try when it accepts none: look at
 * `verdict`. HarnessError, exit code 2, when nothing can be quantised.
 */
export async function selectLayers(
  model: OnnxModel,
  file: string,
  data: string,
  float: Predictions,
  tolerance: number,
  onMeasured: (done: number, of: number) => void = () => {},
): Promise<Selection> {
  const found = [...quantizableKinds(model)];
  const kinds: KindEffect[] = [];
  for (const [kind, size] of found) {
    // A single kind needs no measurement: there is nothing to choose.
    const effect = found.length === 1 ? 0 : await effectOf(model, file, data, float, kind);
    kinds.push({ kind, ...size, effect, int8: true });
    onMeasured(kinds.length, found.length);
  }
  kinds.sort((a, b) => b.effect - a.effect);
  for (let given = 0; ; given++) {
    // A kind without any effect serves another output than the redshift, which the gate does not see.
    for (const [i, one] of kinds.entries()) one.int8 = i >= given && (one.effect > 0 || kinds.length === 1);
    const chosen = new Set(kinds.filter(({ int8 }) => int8).map(({ kind }) => kind));
    const quantized = quantizeModel(model, file, (kind) => chosen.has(kind));
    const bytes = renderModel(quantized.model);
    const predictions = await predictSamples(bytes, data);
    const verdict = judgeQuantized(float, predictions, tolerance);
    if (
      verdict.accepted ||
      given + 1 >= kinds.filter(({ effect }) => effect > 0).length ||
      !isTrained(verdict)
    ) {
      return { ...quantized, bytes, predictions, verdict, kinds };
    }
  }
}

async function effectOf(
  model: OnnxModel,
  file: string,
  data: string,
  float: Predictions,
  kind: string,
): Promise<number> {
  const { model: one } = quantizeModel(model, file, (name) => name === kind);
  const { predicted } = await predictSamples(renderModel(one), data, MEASURED_SAMPLES);
  const truth = float.true ?? float.predicted;
  const squares = predicted.reduce(
    (sum, z, i) => sum + ((z - float.predicted[i]!) / (1 + truth[i]!)) ** 2,
    0,
  );
  return Math.sqrt(squares / predicted.length);
}
