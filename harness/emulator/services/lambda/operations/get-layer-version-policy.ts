import { defineLambdaOperation } from '../context.ts';
import { resourceNotFound } from '../errors.ts';
import { layerVersionOf } from '../layer-policy.ts';

export const getLayerVersionPolicy = defineLambdaOperation({
  name: 'GetLayerVersionPolicy',
  http: { method: 'GET', path: '/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy' },
  handle({ layers }, { path }) {
    const { policy } = layerVersionOf(layers, path).version;
    if (!policy || policy.statements.length === 0) {
      throw resourceNotFound('No policy is associated with the given resource.');
    }
    return {
      Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: policy.statements }),
      RevisionId: policy.revisionId,
    };
  },
});
