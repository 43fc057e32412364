/**
 * The transform AWS::Serverless-2016-10-31: resources of AWS SAM become resources of CloudFormation, under the logical
 * ids that AWS documents.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 */
import type { JsonObject } from '../../../core/json.ts';
import { nearestName } from '../../../core/nearest-name.ts';
import { isGroup } from '../value.ts';
import { samApi, samHttpApi } from './apis.ts';
import { embeddedConnectors, samConnector } from './connectors.ts';
import type { SamContext, SamExpansion } from './expand-resource.ts';
import { samFunction } from './function.ts';
import { mergeGlobals } from './globals.ts';
import { samLayerVersion, samSimpleTable, samStub } from './simple-resources.ts';
import { samStateMachine } from './state-machine.ts';

const EXPANSIONS: Readonly<Record<string, SamExpansion>> = {
  Api: samApi,
  Application: samStub('AWS::CloudFormation::Stack'),
  Connector: samConnector,
  Function: samFunction,
  GraphQLApi: samStub('AWS::AppSync::GraphQLApi'),
  HttpApi: samHttpApi,
  LayerVersion: samLayerVersion,
  SimpleTable: samSimpleTable,
  StateMachine: samStateMachine,
  WebSocketApi: samStub('AWS::ApiGatewayV2::Api'),
  CapacityProvider: samStub('AWS::Lambda::CapacityProvider'),
};

/** Fields of a resource that are neither Type nor Properties. */
const KEPT = ['Condition', 'DependsOn', 'Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'];

const PREFIX = 'AWS::Serverless::';

/** Answers all resources of the template; `references` gets what `Function.Alias` and the like stand for. */
export function transformServerless(
  declared: JsonObject,
  globals: JsonObject,
  given: Omit<SamContext, 'resources'>,
): JsonObject {
  const context: SamContext = { ...given, resources: { ...declared } };
  const { resources, evaluation } = context;
  // Connectors come last: they add to roles that the others make.
  const isLast = ([, one]: [string, unknown]) => isGroup(one) && one['Type'] === `${PREFIX}Connector`;
  const entries = Object.entries(declared);
  for (const [logicalId, one] of [...entries.filter((entry) => !isLast(entry)), ...entries.filter(isLast)]) {
    const path = ['Resources', logicalId];
    if (!isGroup(one) || typeof one['Type'] !== 'string' || !one['Type'].startsWith(PREFIX)) continue;
    const name = one['Type'].slice(PREFIX.length);
    const expansion = EXPANSIONS[name];
    if (!expansion) {
      const near = nearestName(name, Object.keys(EXPANSIONS));
      evaluation.report(
        [...path, 'Type'],
        `AWS SAM has no type ${one['Type']}`,
        near && `did you mean ${PREFIX}${near}?`,
      );
      delete resources[logicalId];
      continue;
    }
    const own = isGroup(one['Properties']) ? one['Properties'] : {};
    const attributes = Object.fromEntries(
      Object.entries(one).filter(([key]) => KEPT.includes(key)),
    ) as JsonObject;
    delete resources[logicalId];
    Object.assign(
      resources,
      expansion({ logicalId, properties: mergeGlobals(globals[name], own), attributes, path }, context),
    );
  }
  for (const [logicalId, one] of entries)
    if (isGroup(one))
      Object.assign(
        resources,
        embeddedConnectors(logicalId, one['Connectors'], ['Resources', logicalId], context),
      );
  return resources;
}
