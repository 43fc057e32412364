/** Layers and their versions. Source: https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html */
import type {
  DeleteLayerVersionCommandInput,
  GetLayerVersionByArnCommandInput,
  GetLayerVersionCommandInput,
  ListLayersCommandInput,
  ListLayerVersionsCommandInput,
  PublishLayerVersionCommandInput,
} from '@aws-sdk/client-lambda';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import type { ArchiveLinks } from '../code/archive-links.ts';
import { type LambdaContext, page } from '../context.ts';
import { invalidParameter, resourceNotFound } from '../errors.ts';
import { onEverything, onLayer } from '../permissions.ts';
import { LAYER_RUNTIMES } from '../runtime/known-runtimes.ts';
import { lastModified } from '../shapes.ts';
import type { Layer, LayerStore, LayerVersion } from '../store/layer-store.ts';

/** A version that its owner sees. @throws AwsError ResourceNotFoundException */
export function existingLayerVersion(
  layers: LayerStore,
  { LayerName = '', VersionNumber }: { LayerName: string | undefined; VersionNumber: number | undefined },
): { layer: Layer; version: LayerVersion } {
  const layer = layers.obtain(LayerName);
  const version = layers.present(layer).find((candidate) => candidate.version === VersionNumber);
  if (!version) {
    throw resourceNotFound(`Layer version ${layers.arnOf(layer)}:${VersionNumber} does not exist.`);
  }
  return { layer, version };
}

const publishLayerVersion = defineOperation<LambdaContext, PublishLayerVersionCommandInput>({
  name: 'PublishLayerVersion',
  permission: onLayer('PublishLayerVersion'),
  async handle({ env, layers, control, archives }, input, { caller }) {
    const code = await control.storeCode(input.Content ?? {}, caller);
    const layer = layers.obtain(input.LayerName ?? '');
    const { CompatibleRuntimes, CompatibleArchitectures, LicenseInfo } = input;
    const version: LayerVersion = {
      version: layer.lastVersion + 1,
      description: input.Description ?? '',
      createdMs: env.clock.nowMs(),
      codeSha256: code.sha256,
      codeSizeBytes: code.sizeBytes,
      unzippedBytes: code.unzippedBytes,
      ...(CompatibleRuntimes ? { compatibleRuntimes: CompatibleRuntimes } : {}),
      ...(CompatibleArchitectures ? { compatibleArchitectures: CompatibleArchitectures } : {}),
      ...(LicenseInfo === undefined ? {} : { licenseInfo: LicenseInfo }),
    };
    layer.lastVersion = version.version;
    layer.versions.push(version);
    layers.save(layer);
    return wholeShape(layers, archives, layer, version);
  },
});

const getLayerVersion = defineOperation<LambdaContext, GetLayerVersionCommandInput>({
  name: 'GetLayerVersion',
  permission: onLayer('GetLayerVersion'),
  handle({ layers, archives }, { LayerName = '', VersionNumber = 0 }) {
    const { layer, version } = layers.version(LayerName, VersionNumber);
    return wholeShape(layers, archives, layer, version);
  },
});

const getLayerVersionByArn = defineOperation<LambdaContext, GetLayerVersionByArnCommandInput>({
  name: 'GetLayerVersionByArn',
  permission: ({ Arn = '*' }) => [{ action: 'lambda:GetLayerVersion', resource: Arn }],
  handle({ layers, archives }, { Arn = '' }) {
    const colon = Arn.lastIndexOf(':');
    const { layer, version } = layers.version(Arn.slice(0, colon), Number(Arn.slice(colon + 1)));
    return wholeShape(layers, archives, layer, version);
  },
});

/** Deleting a version that is not there is no error. */
const deleteLayerVersion = defineOperation<LambdaContext, DeleteLayerVersionCommandInput, undefined>({
  name: 'DeleteLayerVersion',
  permission: onLayer('DeleteLayerVersion'),
  handle({ layers }, { LayerName = '', VersionNumber = 0 }) {
    if (VersionNumber < 1) throw invalidParameter('Layer Version Cannot be less than 1');
    const layer = layers.obtain(LayerName);
    const version = layer.versions.find((candidate) => candidate.version === VersionNumber);
    if (!version || version.isDeleted) return undefined;
    version.isDeleted = true;
    layers.save(layer);
    return undefined;
  },
});

interface Filter {
  CompatibleRuntime?: string | undefined;
  CompatibleArchitecture?: string | undefined;
}

const compatibleWith =
  ({ CompatibleRuntime: runtime, CompatibleArchitecture: architecture }: Filter) =>
  ({ compatibleRuntimes, compatibleArchitectures }: LayerVersion): boolean =>
    (runtime === undefined || (compatibleRuntimes?.includes(runtime) ?? false)) &&
    (architecture === undefined || (compatibleArchitectures?.includes(architecture) ?? false));

const filtered = (list: string, { CompatibleRuntime, CompatibleArchitecture }: Filter): string =>
  JSON.stringify([list, CompatibleRuntime, CompatibleArchitecture]);

const listLayers = defineOperation<LambdaContext, ListLayersCommandInput>({
  name: 'ListLayers',
  input: { CompatibleRuntime: { enum: LAYER_RUNTIMES } },
  permission: onEverything('ListLayers'),
  handle({ layers }, input) {
    const matches = compatibleWith(input);
    const found = layers.list().flatMap((layer) => {
      const latest = layers.present(layer).findLast(matches);
      return latest ? [{ layer, latest }] : [];
    });
    const { items, next } = page(filtered('layers', input), found, input, ({ layer }) => layer.name);
    return {
      Layers: items.map(({ layer, latest }) => ({
        LayerName: layer.name,
        LayerArn: layers.arnOf(layer),
        LatestMatchingVersion: itemShape(layers, layer, latest),
      })),
      NextMarker: next,
    };
  },
});

/** The newest first. */
const listLayerVersions = defineOperation<LambdaContext, ListLayerVersionsCommandInput>({
  name: 'ListLayerVersions',
  input: { CompatibleRuntime: { enum: LAYER_RUNTIMES } },
  permission: onLayer('ListLayerVersions'),
  handle({ layers }, input) {
    const layer = layers.obtain(input.LayerName ?? '');
    const versions = layers.present(layer).filter(compatibleWith(input)).reverse();
    const { items, next } = page(
      filtered(`versions of ${layer.name}`, input),
      versions,
      input,
      ({ version }) => String(version),
      ({ version }, key) => version < Number(key),
    );
    return { LayerVersions: items.map((version) => itemShape(layers, layer, version)), NextMarker: next };
  },
});

/** A layer version as PublishLayerVersion and GetLayerVersion show it. */
function wholeShape(layers: LayerStore, archives: ArchiveLinks, layer: Layer, version: LayerVersion): object {
  return {
    ...itemShape(layers, layer, version),
    LayerArn: layers.arnOf(layer),
    Content: {
      Location: archives.linkTo(version.codeSha256),
      CodeSha256: version.codeSha256,
      CodeSize: version.codeSizeBytes,
    },
  };
}

/** A layer version as lists show it. */
function itemShape(layers: LayerStore, layer: Layer, version: LayerVersion): object {
  return {
    LayerVersionArn: `${layers.arnOf(layer)}:${version.version}`,
    Version: version.version,
    Description: version.description,
    CreatedDate: lastModified(version.createdMs),
    CompatibleRuntimes: version.compatibleRuntimes,
    CompatibleArchitectures: version.compatibleArchitectures,
    LicenseInfo: version.licenseInfo,
  };
}

export const layerOperations: readonly Operation<LambdaContext>[] = [
  deleteLayerVersion,
  getLayerVersion,
  getLayerVersionByArn,
  listLayers,
  listLayerVersions,
  publishLayerVersion,
];
