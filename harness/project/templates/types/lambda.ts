/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Lambda.html */
import type { Json, JsonObject } from '../../../core/json.ts';
import { packageOf } from '../import/code.ts';
import type { ProjectDraft } from '../import/project-draft.ts';
import { servedRuntime } from '../import/runtime.ts';
import type { TemplateResource } from '../resolve-template.ts';
import { arnToken, nameToken } from '../tokens.ts';
import { isGroup, textOf } from '../value.ts';
import type { ResourceType } from './resource-type.ts';

const numberOf = (value: Json | undefined): number | undefined =>
  value === undefined ? undefined : Number(textOf(value));

const lambdaFunction: ResourceType = {
  type: 'AWS::Lambda::Function',
  kind: 'function',
  ref: (id) => nameToken('function', id),
  attributes: {
    Arn: (id) => arnToken('function', id),
    'SnapStartResponse.ApplyOn': () => 'None',
    'SnapStartResponse.OptimizationStatus': () => 'Off',
  },
  stubReason({ properties }) {
    const code = properties['Code'];
    if (properties['PackageType'] === 'Image' || (isGroup(code) && code['ImageUri'] !== undefined))
      return 'its code is a container image';
    const runtime = textOf(properties['Runtime'] ?? '') ?? '';
    return servedRuntime(runtime) === undefined
      ? `the runtime ${runtime || '(none)'} is not served`
      : undefined;
  },
  add(resource, draft) {
    const { logicalId, properties } = resource;
    const code = packageOf(resource, draft);
    if (code === undefined) return;
    const given = textOf(properties['Runtime'] ?? '') ?? '';
    const runtime = servedRuntime(given)!;
    if (runtime !== given)
      draft.notes.push(
        `${logicalId}: the runtime ${given} is no longer offered by Lambda; it is imported as ${runtime}`,
      );
    const timeout = numberOf(properties['Timeout']);
    const storage = isGroup(properties['EphemeralStorage'])
      ? numberOf(properties['EphemeralStorage']['Size'])
      : undefined;
    const [architecture] = Array.isArray(properties['Architectures']) ? properties['Architectures'] : [];
    const reserved = numberOf(properties['ReservedConcurrentExecutions']);
    draft.functions[draft.nameOf('function', logicalId)!] = {
      runtime,
      ...code,
      ...layersOf(resource, draft),
      // Lambda's own defaults, not those of a project file.
      memoryMB: numberOf(properties['MemorySize']) ?? 128,
      timeoutSeconds: timeout ?? 3,
      ...(storage === undefined ? {} : { ephemeralStorageMB: storage }),
      ...environmentOf(properties['Environment'], draft),
      ...(architecture === undefined ? {} : { architecture }),
      ...(reserved === undefined ? {} : { reservedConcurrency: reserved }),
      ...loggingOf(resource, draft),
      ...roleOf(resource, 'Role', draft),
    };
  },
};

/** A role of the template; any other is replaced by one with the least policy. */
export function roleOf(
  { logicalId, properties }: TemplateResource,
  field: string,
  draft: ProjectDraft,
): JsonObject {
  const role = draft.resourceIn('role', properties[field]);
  if (role !== undefined) return { role };
  draft.notes.push(`${logicalId}: its role is not part of the template; it gets one with the least policy`);
  return {};
}

function layersOf({ logicalId, properties }: TemplateResource, draft: ProjectDraft): JsonObject {
  const given = Array.isArray(properties['Layers']) ? properties['Layers'] : [];
  const layers = given.flatMap((one) => {
    const name = draft.resourceIn('layer', one);
    if (name === undefined)
      draft.notes.push(
        `${logicalId}: the layer ${draft.textOf(String(one))} is not part of the template and is left out`,
      );
    return name === undefined ? [] : [name];
  });
  return layers.length === 0 ? {} : { layers };
}

function environmentOf(environment: Json | undefined, draft: ProjectDraft): JsonObject {
  const variables = isGroup(environment) ? environment['Variables'] : undefined;
  if (!isGroup(variables)) return {};
  return {
    environment: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        draft.variableOf(textOf(value) ?? JSON.stringify(value)),
      ]),
    ),
  };
}

/** Lambda's own settings, and the retention of a log group of the template. */
function loggingOf({ logicalId, properties }: TemplateResource, draft: ProjectDraft): JsonObject {
  const config = isGroup(properties['LoggingConfig']) ? properties['LoggingConfig'] : {};
  const group = draft.resources.find(
    ({ type, properties: own }) =>
      type === 'AWS::Logs::LogGroup' &&
      own['LogGroupName'] === `/aws/lambda/${nameToken('function', logicalId)}`,
  );
  const days = numberOf(group?.properties['RetentionInDays']);
  const logging = {
    ...(config['LogFormat'] === 'JSON' ? { format: 'json' } : {}),
    ...(config['ApplicationLogLevel'] === undefined
      ? {}
      : { applicationLevel: config['ApplicationLogLevel'] }),
    ...(config['SystemLogLevel'] === undefined ? {} : { systemLevel: config['SystemLogLevel'] }),
    ...(days === undefined ? {} : { retentionDays: days }),
  };
  return Object.keys(logging).length === 0 ? {} : { logging };
}

const layerVersion: ResourceType = {
  type: 'AWS::Lambda::LayerVersion',
  kind: 'layer',
  ref: (id) => arnToken('layer', id),
  attributes: { LayerVersionArn: (id) => arnToken('layer', id) },
  add(resource, draft) {
    const { logicalId, properties } = resource;
    const found = packageOf(resource, draft, 'Content');
    if (found === undefined) return;
    const runtimes = Array.isArray(properties['CompatibleRuntimes']) ? properties['CompatibleRuntimes'] : [];
    const served = runtimes.flatMap((one) => servedRuntime(textOf(one) ?? '') ?? []);
    draft.layers[logicalId] = {
      code: found['code']!,
      ...(served.length === 0 ? {} : { runtimes: [...new Set(served)] }),
    };
  },
};

export const lambdaTypes: readonly ResourceType[] = [lambdaFunction, layerVersion];
