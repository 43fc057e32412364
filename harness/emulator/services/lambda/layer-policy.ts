/** Policies of layer versions: which accounts may use them. */
import { resourceNotFound } from './errors.ts';
import type { Layer, LayerStore, LayerVersion } from './store/layer-store.ts';

/** @throws AwsError ResourceNotFoundException */
export function layerVersionOf(
  layers: LayerStore,
  path: { readonly [name: string]: string },
): { layer: Layer; version: LayerVersion } {
  const layer = layers.obtain(path['LayerName'] ?? '');
  const number = Number(path['VersionNumber']);
  const version = layers.present(layer).find((candidate) => candidate.version === number);
  if (!version) throw resourceNotFound(`Layer version ${layers.arnOf(layer)}:${number} does not exist.`);
  return { layer, version };
}
