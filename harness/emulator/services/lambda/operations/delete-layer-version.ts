import { defineLambdaOperation } from '../context.ts';

export const deleteLayerVersion = defineLambdaOperation({
  name: 'DeleteLayerVersion',
  http: { method: 'DELETE', path: '/2018-10-31/layers/{LayerName}/versions/{VersionNumber}' },
  status: 204,
  handle({ layers }, { path }) {
    const layer = layers.obtain(path['LayerName'] ?? '');
    // Functions that use the version keep it: its package stays as long as the state folder.
    layer.versions = layer.versions.filter((version) => version.version !== Number(path['VersionNumber']));
    if (layer.versions.length > 0) layers.save(layer);
    else layers.drop(layer);
    return undefined;
  },
});
