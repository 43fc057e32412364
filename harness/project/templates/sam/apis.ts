/** APIs: API Gateway is not served, so that they are stubs with the names that AWS SAM gives. */
import type { JsonObject } from '../../../core/json.ts';
import { pick, type SamContext, type SamExpansion } from './expand-resource.ts';

/** The API that events without a RestApiId or ApiId share. */
export function implicitApi(
  type: 'Api' | 'HttpApi',
  properties: JsonObject,
  { references }: SamContext,
): JsonObject {
  if ((properties['RestApiId'] ?? properties['ApiId']) !== undefined) return {};
  return type === 'Api'
    ? restApi('ServerlessRestApi', 'Prod', {}, references)
    : httpApi('ServerlessHttpApi', {}, references);
}

function restApi(
  id: string,
  stage: string,
  attributes: JsonObject,
  references: SamContext['references'],
): JsonObject {
  references.set(`${id}.Stage`, `${id}${stage}Stage`);
  return {
    [id]: { Type: 'AWS::ApiGateway::RestApi', ...attributes, Properties: {} },
    [`${id}${stage}Stage`]: {
      Type: 'AWS::ApiGateway::Stage',
      ...pick(attributes, ['Condition']),
      Properties: { RestApiId: { Ref: id }, StageName: stage },
    },
  };
}

function httpApi(id: string, attributes: JsonObject, references: SamContext['references']): JsonObject {
  references.set(`${id}.Stage`, `${id}ApiGatewayDefaultStage`);
  return {
    [id]: { Type: 'AWS::ApiGatewayV2::Api', ...attributes, Properties: {} },
    [`${id}ApiGatewayDefaultStage`]: {
      Type: 'AWS::ApiGatewayV2::Stage',
      ...pick(attributes, ['Condition']),
      Properties: { ApiId: { Ref: id }, StageName: '$default' },
    },
  };
}

export const samApi: SamExpansion = ({ logicalId, properties, attributes }, { references }) => {
  const { StageName: stage } = properties;
  const plain = typeof stage === 'string' ? stage.replace(/[^A-Za-z0-9]/g, '') : '';
  return restApi(logicalId, plain, attributes, references);
};

export const samHttpApi: SamExpansion = ({ logicalId, attributes }, { references }) =>
  httpApi(logicalId, attributes, references);
