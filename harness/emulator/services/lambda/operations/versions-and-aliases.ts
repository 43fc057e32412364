/** Published versions, and the aliases that point to them. */
import type {
  AliasRoutingConfiguration,
  CreateAliasCommandInput,
  DeleteAliasCommandInput,
  GetAliasCommandInput,
  ListAliasesCommandInput,
  ListVersionsByFunctionCommandInput,
  PublishVersionCommandInput,
  UpdateAliasCommandInput,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import { type LambdaContext, page } from '../context.ts';
import { functionNotFound, invalidParameter, resourceConflict } from '../errors.ts';
import { type FunctionPlace, functionArn, ownFunction } from '../function-name.ts';
import { onFunction } from '../permissions.ts';
import { aliasConfiguration, functionConfiguration } from '../shapes.ts';
import { type LambdaFunction, own } from '../store/entities.ts';

const publishVersion = defineOperation<LambdaContext, PublishVersionCommandInput>({
  name: 'PublishVersion',
  permission: onFunction('PublishVersion'),
  handle({ env, store, control }, input) {
    const found = store.get(ownFunction(env, input));
    const { latest } = found;
    const { CodeSha256: expected = '' } = input;
    if (expected !== '' && expected !== latest.codeSha256) {
      throw invalidParameter(
        `CodeSHA256 (${expected}) is different from current CodeSHA256 in $LATEST (${latest.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    control.checkRevision(latest.revisionId, input.RevisionId);
    control.checkNotBusy(found, functionArn(env, found.name));
    const published = control.publish(found, input.Description);
    control.settle(found);
    return functionConfiguration(env, found, published, { qualifier: published.version });
  },
});

const listVersionsByFunction = defineOperation<LambdaContext, ListVersionsByFunctionCommandInput>({
  name: 'ListVersionsByFunction',
  permission: onFunction('ListVersionsByFunction'),
  handle({ env, store }, input) {
    const found = store.get(ownFunction(env, input));
    const versions = [found.latest, ...found.published];
    const number = (version: string) => (version === '$LATEST' ? 0 : Number(version));
    const { items, next } = page(
      `versions ${found.name}`,
      versions,
      input,
      ({ version }) => version,
      ({ version }, key) => number(version) > number(key),
    );
    return {
      Versions: items.map((version) =>
        functionConfiguration(env, found, version, { qualifier: version.version, withState: false }),
      ),
      NextMarker: next,
    };
  },
});

const createAlias = defineOperation<LambdaContext, CreateAliasCommandInput>({
  name: 'CreateAlias',
  permission: onFunction('CreateAlias'),
  handle({ env, store }, input) {
    const { Name: name = '', FunctionVersion: functionVersion = '' } = input;
    // AWS looks the version up before anything else, and names it when the function is not there.
    const { name: functionName } = ownFunction(env, { FunctionName: input.FunctionName });
    const found = store.get({ name: functionName, qualifier: functionVersion });
    const weights = weightsOf(env, input.RoutingConfig, found, functionVersion);
    store.checkQualifier({ name: found.name, qualifier: functionVersion });
    if (own(found.aliases, name)) {
      throw resourceConflict(`Alias already exists: ${functionArn(env, found.name, name)}`);
    }
    const alias = {
      name,
      functionVersion,
      description: input.Description ?? '',
      additionalVersionWeights: weights,
      revisionId: uuid(env.random),
    };
    found.aliases[name] = alias;
    delete found.urlConfigs[name];
    store.save(found);
    return aliasConfiguration(env, found.name, alias);
  },
});

const getAlias = defineOperation<LambdaContext, GetAliasCommandInput>({
  name: 'GetAlias',
  permission: onFunction('GetAlias'),
  handle({ env, store }, input) {
    const found = store.get(ownFunction(env, { FunctionName: input.FunctionName }));
    return aliasConfiguration(env, found.name, store.alias(found, input.Name ?? ''));
  },
});

const updateAlias = defineOperation<LambdaContext, UpdateAliasCommandInput>({
  name: 'UpdateAlias',
  permission: onFunction('UpdateAlias'),
  handle({ env, store, control }, input) {
    const { name } = ownFunction(env, { FunctionName: input.FunctionName });
    const found = store.get({ name });
    const alias = store.alias(found, input.Name ?? '');
    control.checkRevision(alias.revisionId, input.RevisionId);
    const functionVersion = input.FunctionVersion ?? alias.functionVersion;
    store.checkQualifier({ name, qualifier: functionVersion });
    const weights = input.RoutingConfig && weightsOf(env, input.RoutingConfig, found, functionVersion);
    alias.functionVersion = functionVersion;
    alias.description = input.Description ?? alias.description;
    if (weights) alias.additionalVersionWeights = weights;
    alias.revisionId = uuid(env.random);
    store.save(found);
    return aliasConfiguration(env, name, alias);
  },
});

/** Deleting an alias that is not there is no error. */
const deleteAlias = defineOperation<LambdaContext, DeleteAliasCommandInput, undefined>({
  name: 'DeleteAlias',
  permission: onFunction('DeleteAlias'),
  handle({ env, store, provisioner }, input) {
    const found = store.get({ name: ownFunction(env, { FunctionName: input.FunctionName }).name });
    const { Name: name = '' } = input;
    // What was configured for the alias goes with it; its URL: urlConfigOf.
    delete found.aliases[name];
    delete found.policies[name];
    delete found.eventInvokeConfigs[name];
    delete found.provisioned?.[name];
    provisioner.forget(found.name, name);
    store.save(found);
    return undefined;
  },
});

const listAliases = defineOperation<LambdaContext, ListAliasesCommandInput>({
  name: 'ListAliases',
  permission: onFunction('ListAliases'),
  handle({ env, store }, input) {
    const found = store.get(ownFunction(env, { FunctionName: input.FunctionName }));
    const { FunctionVersion: version } = input;
    const aliases = Object.values(found.aliases)
      .filter((alias) => version === undefined || alias.functionVersion === version)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const list = `aliases ${found.name} ${version}`;
    const { items, next } = page(list, aliases, input, ({ name }) => name);
    return { Aliases: items.map((alias) => aliasConfiguration(env, found.name, alias)), NextMarker: next };
  },
});

/**
 * `RoutingConfig.AdditionalVersionWeights`: at most one further version, with a share in [0, 1].
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
function weightsOf(
  env: FunctionPlace,
  { AdditionalVersionWeights: weights = {} }: AliasRoutingConfiguration = {},
  found: LambdaFunction,
  functionVersion: string,
): { [version: string]: number } {
  const versions = Object.keys(weights);
  if (versions.length > 1) {
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  }
  for (const version of versions) {
    if (version === functionVersion) {
      throw invalidParameter(
        `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
      );
    }
    if (functionVersion === '$LATEST') {
      // The one error of this kind that AWS sends without its `Type`.
      throw new AwsError(
        'InvalidParameterValueException',
        '$LATEST is not supported for an alias pointing to more than 1 version',
      );
    }
    if (!found.published.some((candidate) => candidate.version === version)) {
      throw functionNotFound(functionArn(env, found.name, version));
    }
  }
  return weights;
}

export const versionAndAliasOperations: readonly Operation<LambdaContext>[] = [
  createAlias,
  deleteAlias,
  getAlias,
  listAliases,
  listVersionsByFunction,
  publishVersion,
  updateAlias,
];
