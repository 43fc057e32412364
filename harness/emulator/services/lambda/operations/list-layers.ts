import { defineLambdaOperation, page } from '../context.ts';
import { compatibleWith } from '../layer-parameters.ts';
import { layerVersionItem } from '../layer-shapes.ts';

export const listLayers = defineLambdaOperation({
  name: 'ListLayers',
  http: { method: 'GET', path: '/2018-10-31/layers' },
  handle({ layers }, { query }) {
    const matches = compatibleWith(query);
    const found = layers.list().flatMap((layer) => {
      const latest = layers.present(layer).findLast(matches);
      return latest ? [{ layer, latest }] : [];
    });
    const { items, next } = page(query, found);
    return {
      Layers: items.map(({ layer, latest }) => ({
        LayerName: layer.name,
        LayerArn: layers.arnOf(layer),
        LatestMatchingVersion: layerVersionItem(layers, layer, latest),
      })),
      NextMarker: next,
    };
  },
});
