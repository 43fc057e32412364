import { uuid } from '../../../../core/ids.ts';
import { defineLambdaOperation } from '../context.ts';
import { invalidParameter, preconditionFailed, resourceConflict, validation } from '../errors.ts';
import { layerVersionOf } from '../layer-policy.ts';
import { requiredText, text } from '../parameters.ts';

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html */
const PRINCIPAL = /^(?:\d{12}|\*|arn:aws[a-zA-Z-]*:iam::\d{12}:root)$/;

export const addLayerVersionPermission = defineLambdaOperation({
  name: 'AddLayerVersionPermission',
  http: { method: 'POST', path: '/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy' },
  status: 201,
  handle({ env, layers }, { path, query, body }) {
    const action = requiredText(body, 'Action');
    if (action !== 'lambda:GetLayerVersion') {
      throw validation(
        action,
        'action',
        'Member must satisfy regular expression pattern: lambda:GetLayerVersion',
      );
    }
    const sid = requiredText(body, 'StatementId');
    const { layer, version } = layerVersionOf(layers, path);
    const before = version.policy;
    if (before?.statements.some((one) => one.Sid === sid)) {
      throw resourceConflict(
        `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const expected = query.get('RevisionId');
    if (expected !== null && expected !== before?.revisionId) throw preconditionFailed('GetLayerPolicy');
    const principal = requiredText(body, 'Principal');
    if (!PRINCIPAL.test(principal)) {
      throw validation(
        principal,
        'principal',
        'Member must satisfy regular expression pattern: \\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root',
      );
    }
    const organization = text(body, 'OrganizationId');
    if (organization !== undefined && principal !== '*') {
      throw invalidParameter('OrganizationId can only be given with the principal *.');
    }
    const statement = {
      Sid: sid,
      Effect: 'Allow',
      Principal: principal === '*' ? '*' : { AWS: principal.replace(/^\d+$/, 'arn:aws:iam::$&:root') },
      Action: action,
      Resource: `${layers.arnOf(layer)}:${version.version}`,
      ...(organization === undefined
        ? {}
        : { Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } }),
    };
    version.policy = {
      revisionId: uuid(env.random),
      statements: [...(before?.statements ?? []), statement],
    };
    layers.save(layer);
    return { Statement: JSON.stringify(statement), RevisionId: version.policy.revisionId };
  },
});
