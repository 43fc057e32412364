import { defineLambdaOperation } from '../context.ts';
import { layerVersionShape } from '../layer-shapes.ts';
import { layerLocation } from './get-layer-archive.ts';

export const getLayerVersion = defineLambdaOperation({
  name: 'GetLayerVersion',
  http: { method: 'GET', path: '/2018-10-31/layers/{LayerName}/versions/{VersionNumber}' },
  handle({ env, layers }, { path }) {
    const { layer, version } = layers.version(path['LayerName'] ?? '', Number(path['VersionNumber']));
    return layerVersionShape(
      layers,
      layer,
      version,
      layerLocation(env.endpoint(), layer.name, version.version),
    );
  },
});
