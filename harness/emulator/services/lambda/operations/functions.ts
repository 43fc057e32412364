/** Functions: create, read, update, delete. */
import type {
  CreateFunctionCommandInput,
  DeleteFunctionCommandInput,
  GetFunctionCommandInput,
  GetFunctionConfigurationCommandInput,
  ListFunctionsCommandInput,
  UpdateFunctionCodeCommandInput,
  UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import { passRole } from '../../../http/permission.ts';
import { type LambdaContext, page } from '../context.ts';
import { invalidParameter, requestTooLarge, resourceConflict, violated } from '../errors.ts';
import { configurationChange } from '../function-configuration.ts';
import { functionArn, isAliasName, ownFunction } from '../function-name.ts';
import { checkRole, functionResource, onEverything, onFunction, useOfLayers } from '../permissions.ts';
import { functionConfiguration } from '../shapes.ts';
import { checkSignature } from './code-signing.ts';
import { checkTagCount } from './tags.ts';

const MAX_NAME_CHARACTERS = 64;

const tooLarge = (operation: string) => (limitBytes: number) =>
  requestTooLarge(limitBytes, operation, 'RequestEntityTooLargeException');

const createFunction = defineOperation<LambdaContext, CreateFunctionCommandInput>({
  name: 'CreateFunction',
  tooLarge: tooLarge('CreateFunction'),
  permission: ({ FunctionName, Role, Layers }, { env }) => [
    { action: 'lambda:CreateFunction', resource: functionResource(env, { FunctionName }) },
    ...useOfLayers(Layers),
    ...passRole(Role, 'lambda.amazonaws.com'),
  ],
  async handle(context, input, { caller }) {
    const { env, store, control, layers, codeSigning, permissions } = context;
    const { name } = ownFunction(env, input);
    if (input.FunctionName === name && name.length > MAX_NAME_CHARACTERS) {
      const constraint = `Member must have length less than or equal to ${MAX_NAME_CHARACTERS}`;
      throw invalidParameter(violated(name, 'functionName', constraint));
    }
    const change = configurationChange(input, { functionName: name, env, layers });
    const { Tags: tags = {}, CodeSigningConfigArn } = input;
    checkTagCount(tags);
    if (store.find(name)) throw resourceConflict(`Function already exist: ${name}`);
    checkRole(permissions, change.role, functionArn(env, name));
    if (CodeSigningConfigArn !== undefined) {
      checkSignature(codeSigning.attachable(CodeSigningConfigArn), name);
    }
    const code = await control.storeCode(input.Code ?? {}, caller);
    if (store.find(name)) throw resourceConflict(`Function already exist: ${name}`);
    const created = control.create(name, change, code, {
      architecture: input.Architectures?.[0] ?? 'x86_64',
      tags,
      ...(CodeSigningConfigArn === undefined ? {} : { codeSigningConfigArn: CodeSigningConfigArn }),
    });
    const published = input.Publish ? control.publish(created, undefined) : undefined;
    control.settle(created);
    return functionConfiguration(env, created, published ?? created.latest);
  },
});

const getFunction = defineOperation<LambdaContext, GetFunctionCommandInput>({
  name: 'GetFunction',
  permission: onFunction('GetFunction'),
  handle({ env, store, archives }, input) {
    const reference = ownFunction(env, input);
    const found = store.get(reference);
    const version = store.version(reference);
    const { reservedConcurrency } = found;
    return {
      Configuration: functionConfiguration(env, found, version, { qualifier: reference.qualifier }),
      Code: { RepositoryType: 'S3', Location: archives.linkTo(version.codeSha256) },
      Tags: Object.keys(found.tags).length > 0 ? found.tags : undefined,
      Concurrency:
        reservedConcurrency === undefined ? undefined : { ReservedConcurrentExecutions: reservedConcurrency },
    };
  },
});

const getFunctionConfiguration = defineOperation<LambdaContext, GetFunctionConfigurationCommandInput>({
  name: 'GetFunctionConfiguration',
  permission: onFunction('GetFunctionConfiguration'),
  handle({ env, store }, input) {
    const reference = ownFunction(env, input);
    const { qualifier } = reference;
    return functionConfiguration(env, store.get(reference), store.version(reference), { qualifier });
  },
});

const updateFunctionConfiguration = defineOperation<LambdaContext, UpdateFunctionConfigurationCommandInput>({
  name: 'UpdateFunctionConfiguration',
  permission: ({ FunctionName, Role, Layers }, { env }) => [
    { action: 'lambda:UpdateFunctionConfiguration', resource: functionResource(env, { FunctionName }) },
    ...useOfLayers(Layers),
    ...passRole(Role, 'lambda.amazonaws.com'),
  ],
  handle({ env, store, control, layers, permissions }, input) {
    const found = store.get(ownFunction(env, input));
    const place = { functionName: found.name, env, layers, current: found.latest };
    const change = configurationChange(input, place);
    control.checkNotBusy(found, functionArn(env, found.name));
    control.checkRevision(found.latest.revisionId, input.RevisionId);
    checkRole(permissions, change.role, functionArn(env, found.name));
    control.change(found, change);
    control.settle(found);
    return functionConfiguration(env, found, found.latest);
  },
});

const updateFunctionCode = defineOperation<LambdaContext, UpdateFunctionCodeCommandInput>({
  name: 'UpdateFunctionCode',
  tooLarge: tooLarge('UpdateFunctionCode'),
  permission: onFunction('UpdateFunctionCode'),
  async handle({ env, store, control, codeSigning }, input, { caller }) {
    const found = store.get(ownFunction(env, input));
    control.checkNotBusy(found, functionArn(env, found.name));
    control.checkRevision(found.latest.revisionId, input.RevisionId);
    checkSignature(codeSigning.find(found.codeSigningConfigArn ?? ''), found.name);
    const code = await control.storeCode(input, caller);
    const architecture = input.Architectures?.[0];
    if (input.DryRun) {
      const planned = { ...found.latest, codeSha256: code.sha256, codeSizeBytes: code.sizeBytes };
      return functionConfiguration(env, found, planned);
    }
    control.change(found, {
      codeSha256: code.sha256,
      codeSizeBytes: code.sizeBytes,
      codeUnzippedBytes: code.unzippedBytes,
      ...(architecture === undefined ? {} : { architecture }),
    });
    const published = input.Publish ? control.publish(found, undefined) : undefined;
    control.settle(found);
    return functionConfiguration(env, found, published ?? found.latest, { qualifier: published?.version });
  },
});

const deleteFunction = defineOperation<LambdaContext, DeleteFunctionCommandInput, undefined>({
  name: 'DeleteFunction',
  permission: onFunction('DeleteFunction'),
  handle({ env, store, control, pool, provisioner }, input) {
    const { name, qualifier } = ownFunction(env, input);
    if (qualifier !== undefined && isAliasName(qualifier)) {
      throw invalidParameter('Deletion of aliases is not currently supported.');
    }
    if (qualifier === '$LATEST') {
      throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
    }
    const found = store.get({ name });
    if (qualifier === undefined) {
      for (const provisioned of Object.keys(found.provisioned ?? {})) provisioner.forget(name, provisioned);
      control.delete(found);
      return undefined;
    }
    const users = Object.values(found.aliases).filter((alias) => alias.functionVersion === qualifier);
    if (users.length > 0) {
      throw resourceConflict(
        `Unable to delete version because the following aliases reference it: [${users.map((alias) => alias.name).join(', ')}]`,
      );
    }
    found.published = found.published.filter((version) => version.version !== qualifier);
    delete found.provisioned?.[qualifier];
    store.save(found);
    provisioner.forget(name, qualifier);
    pool.retire(name);
    return undefined;
  },
  // Recorded: 204, where the newest model has 200 and a body.
  render: () => ({ status: 204 }),
});

const listFunctions = defineOperation<LambdaContext, ListFunctionsCommandInput>({
  name: 'ListFunctions',
  permission: onEverything('ListFunctions'),
  handle({ env, store }, input) {
    const all = input.FunctionVersion === 'ALL';
    const versions = store.list().flatMap((found) => {
      const latest = { found, version: found.latest, position: 0 };
      const published = found.published.map((version, i) => ({ found, version, position: i + 1 }));
      return all ? [latest, ...published] : [latest];
    });
    const { items, next } = page(`functions ${all}`, versions, input, ({ found, position }) =>
      [found.name, String(position).padStart(8, '0')].join('\0'),
    );
    return {
      Functions: items.map(({ found, version }) =>
        functionConfiguration(env, found, version, {
          withState: false,
          ...(all ? { qualifier: version.version } : {}),
        }),
      ),
      NextMarker: next,
    };
  },
});

export const functionOperations: readonly Operation<LambdaContext>[] = [
  createFunction,
  deleteFunction,
  getFunction,
  getFunctionConfiguration,
  listFunctions,
  updateFunctionCode,
  updateFunctionConfiguration,
];
