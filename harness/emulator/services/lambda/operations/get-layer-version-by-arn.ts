import { defineLambdaOperation } from '../context.ts';
import { parseLayerVersionArn } from '../layer-parameters.ts';
import { layerVersionShape } from '../layer-shapes.ts';
import { layerLocation } from './get-layer-archive.ts';

export const getLayerVersionByArn = defineLambdaOperation({
  name: 'GetLayerVersionByArn',
  http: { method: 'GET', path: '/2018-10-31/layers', query: ['find=LayerVersion'] },
  handle({ env, layers }, { query }) {
    const named = parseLayerVersionArn(query.get('Arn') ?? '');
    const { layer, version } = layers.version(named.layerArn, named.version);
    return layerVersionShape(
      layers,
      layer,
      version,
      layerLocation(env.endpoint(), layer.name, version.version),
    );
  },
});
