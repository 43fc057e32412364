import { defineLambdaOperation, page } from '../context.ts';
import { layerVersionItem } from '../layer-shapes.ts';

export const listLayers = defineLambdaOperation({
  name: 'ListLayers',
  http: { method: 'GET', path: '/2018-10-31/layers' },
  handle({ layers }, { query }) {
    const { items, next } = page(query, layers.list());
    return {
      Layers: items.map((layer) => ({
        LayerName: layer.name,
        LayerArn: layers.arnOf(layer),
        LatestMatchingVersion: layerVersionItem(layers, layer, layer.versions.at(-1)!),
      })),
      NextMarker: next,
    };
  },
});
