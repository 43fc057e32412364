import { defineLambdaOperation } from '../context.ts';
import { validation } from '../errors.ts';
import { layerVersionShape } from '../layer-shapes.ts';
import { layerLocation } from './get-layer-archive.ts';

/** Of a name, or of an ARN in its place. */
const MAX_NAME_CHARACTERS = 140;

export const getLayerVersion = defineLambdaOperation({
  name: 'GetLayerVersion',
  http: { method: 'GET', path: '/2018-10-31/layers/{LayerName}/versions/{VersionNumber}' },
  handle({ env, layers }, { path }) {
    const name = path['LayerName'] ?? '';
    if (name.length > MAX_NAME_CHARACTERS) {
      const constraint = `Member must have length less than or equal to ${MAX_NAME_CHARACTERS}`;
      throw validation(name, 'layerName', constraint);
    }
    const { layer, version } = layers.version(name, Number(path['VersionNumber']));
    return layerVersionShape(
      layers,
      layer,
      version,
      layerLocation(env.endpoint(), layer.name, version.version),
    );
  },
});
