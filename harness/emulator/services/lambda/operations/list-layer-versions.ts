import { defineLambdaOperation, page } from '../context.ts';
import { compatibleWith } from '../layer-parameters.ts';
import { layerVersionItem } from '../layer-shapes.ts';

export const listLayerVersions = defineLambdaOperation({
  name: 'ListLayerVersions',
  http: { method: 'GET', path: '/2018-10-31/layers/{LayerName}/versions' },
  handle({ layers }, { path, query }) {
    const layer = layers.obtain(path['LayerName'] ?? '');
    const { items, next } = page(query, layers.present(layer).filter(compatibleWith(query)).reverse());
    return {
      LayerVersions: items.map((version) => layerVersionItem(layers, layer, version)),
      NextMarker: next,
    };
  },
});
