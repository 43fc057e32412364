import { defineLambdaOperation } from '../context.ts';
import { invalidParameter } from '../errors.ts';

export const deleteLayerVersion = defineLambdaOperation({
  name: 'DeleteLayerVersion',
  http: { method: 'DELETE', path: '/2018-10-31/layers/{LayerName}/versions/{VersionNumber}' },
  status: 204,
  handle({ layers }, { path }) {
    const number = Number(path['VersionNumber']);
    if (number < 1) throw invalidParameter('Layer Version Cannot be less than 1');
    const layer = layers.obtain(path['LayerName'] ?? '');
    const version = layer.versions.find((candidate) => candidate.version === number);
    if (!version || version.isDeleted) return undefined;
    version.isDeleted = true;
    layers.save(layer);
    return undefined;
  },
});
