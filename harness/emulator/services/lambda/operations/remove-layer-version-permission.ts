import { uuid } from '../../../../core/ids.ts';
import { defineLambdaOperation } from '../context.ts';
import { preconditionFailed, resourceNotFound } from '../errors.ts';
import { layerVersionOf } from '../layer-policy.ts';

export const removeLayerVersionPermission = defineLambdaOperation({
  name: 'RemoveLayerVersionPermission',
  http: {
    method: 'DELETE',
    path: '/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}',
  },
  status: 204,
  handle({ env, layers }, { path, query }) {
    const { layer, version } = layerVersionOf(layers, path);
    const statements = version.policy?.statements ?? [];
    const expected = query.get('RevisionId');
    if (expected !== null && expected !== version.policy?.revisionId) {
      throw preconditionFailed('GetLayerPolicy');
    }
    const sid = path['StatementId'] ?? '';
    const kept = statements.filter((statement) => statement.Sid !== sid);
    if (kept.length === statements.length) {
      throw resourceNotFound(`Statement ${sid} is not found in resource policy.`);
    }
    version.policy = { revisionId: uuid(env.random), statements: kept };
    layers.save(layer);
    return undefined;
  },
});
