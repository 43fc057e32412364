import { defineLambdaOperation } from '../context.ts';
import { layerVersionShape } from '../layer-shapes.ts';
import { layerLocation } from './get-layer-archive.ts';

export const getLayerVersionByArn = defineLambdaOperation({
  name: 'GetLayerVersionByArn',
  http: { method: 'GET', path: '/2018-10-31/layers', query: ['find=LayerVersion'] },
  handle({ env, layers }, { query }) {
    const arn = query.get('Arn') ?? '';
    const colon = arn.lastIndexOf(':');
    const { layer, version } = layers.version(arn.slice(0, colon), Number(arn.slice(colon + 1)));
    return layerVersionShape(
      layers,
      layer,
      version,
      layerLocation(env.endpoint(), layer.name, version.version),
    );
  },
});
