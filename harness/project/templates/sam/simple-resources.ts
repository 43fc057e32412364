/** Resources of AWS SAM that are one resource of CloudFormation. */
import type { JsonObject } from '../../../core/json.ts';
import { isGroup } from '../value.ts';
import { pick, type SamExpansion } from './expand-resource.ts';

export const samLayerVersion: SamExpansion = (
  { logicalId, properties, attributes, path },
  { evaluation },
) => {
  if (properties['ContentUri'] === undefined)
    evaluation.report([...path, 'Properties'], 'a layer needs ContentUri');
  return {
    [logicalId]: {
      Type: 'AWS::Lambda::LayerVersion',
      ...attributes,
      DeletionPolicy: properties['RetentionPolicy'] === 'Delete' ? 'Delete' : 'Retain',
      Properties: {
        ...pick(properties, [
          'LayerName',
          'Description',
          'CompatibleRuntimes',
          'CompatibleArchitectures',
          'LicenseInfo',
        ]),
        Content: properties['ContentUri'] ?? '',
      },
    },
  };
};

export const samSimpleTable: SamExpansion = ({ logicalId, properties, attributes }) => {
  const key = isGroup(properties['PrimaryKey']) ? properties['PrimaryKey'] : {};
  const name = key['Name'] ?? 'id';
  const type = typeof key['Type'] === 'string' ? key['Type'].slice(0, 1).toUpperCase() : 'S';
  return {
    [logicalId]: {
      Type: 'AWS::DynamoDB::Table',
      ...attributes,
      Properties: {
        ...pick(properties, ['TableName', 'ProvisionedThroughput', 'SSESpecification']),
        AttributeDefinitions: [{ AttributeName: name, AttributeType: type }],
        KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
        ...(properties['ProvisionedThroughput'] === undefined ? { BillingMode: 'PAY_PER_REQUEST' } : {}),
      },
    },
  };
};

/** What has no counterpart that is served: listed as a stub under its own type. */
export const samStub =
  (type: string): SamExpansion =>
  ({ logicalId, properties, attributes }): JsonObject => ({
    [logicalId]: { Type: type, ...attributes, Properties: properties },
  });
