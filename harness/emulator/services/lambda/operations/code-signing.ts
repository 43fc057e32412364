/**
 * Code signing configurations: kept, returned and attached to functions. AWS Signer is not emulated, so no package
 * counts as signed: `Enforce` refuses every deployment, as AWS does of unsigned code, and `Warn` lets it through.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
 */
import type {
  CreateCodeSigningConfigCommandInput,
  DeleteCodeSigningConfigCommandInput,
  DeleteFunctionCodeSigningConfigCommandInput,
  GetCodeSigningConfigCommandInput,
  GetFunctionCodeSigningConfigCommandInput,
  ListCodeSigningConfigsCommandInput,
  ListFunctionsByCodeSigningConfigCommandInput,
  PutFunctionCodeSigningConfigCommandInput,
  UpdateCodeSigningConfigCommandInput,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import { type LambdaContext, page } from '../context.ts';
import { resourceConflict } from '../errors.ts';
import { functionArn, ownFunction } from '../function-name.ts';
import { functionResource, onCodeSigningConfig, onEverything, onFunction } from '../permissions.ts';
import { lastModified } from '../shapes.ts';
import type { CodeSigningConfig, CodeSigningStore } from '../store/code-signing-store.ts';
import { checkTagCount } from './tags.ts';

/** @throws AwsError CodeVerificationFailedException */
export function checkSignature(config: CodeSigningConfig | undefined, functionName: string): void {
  if (config?.untrusted !== 'Enforce') return;
  throw new AwsError(
    'CodeVerificationFailedException',
    `Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is not configured to accept. Check the provided signature for ${functionName}.`,
    400,
    { details: { Type: 'User' } },
  );
}

const createCodeSigningConfig = defineOperation<LambdaContext, CreateCodeSigningConfigCommandInput>({
  name: 'CreateCodeSigningConfig',
  permission: onEverything('CreateCodeSigningConfig'),
  handle({ env, codeSigning }, { Description = '', AllowedPublishers, CodeSigningPolicies, Tags = {} }) {
    checkTagCount(Tags);
    const config: CodeSigningConfig = {
      id: `csc-${uuid(env.random).replaceAll('-', '').slice(0, 17)}`,
      description: Description,
      signingProfileVersionArns: AllowedPublishers?.SigningProfileVersionArns ?? [],
      untrusted: CodeSigningPolicies?.UntrustedArtifactOnDeployment ?? 'Warn',
      lastModifiedMs: env.clock.nowMs(),
      tags: Tags,
    };
    codeSigning.save(config);
    return { CodeSigningConfig: shapeOf(codeSigning, config) };
  },
});

const getCodeSigningConfig = defineOperation<LambdaContext, GetCodeSigningConfigCommandInput>({
  name: 'GetCodeSigningConfig',
  permission: onCodeSigningConfig('GetCodeSigningConfig'),
  handle: ({ codeSigning }, { CodeSigningConfigArn }) => ({
    CodeSigningConfig: shapeOf(codeSigning, codeSigning.get(CodeSigningConfigArn)),
  }),
});

/** An update of nothing is one too. */
const updateCodeSigningConfig = defineOperation<LambdaContext, UpdateCodeSigningConfigCommandInput>({
  name: 'UpdateCodeSigningConfig',
  permission: onCodeSigningConfig('UpdateCodeSigningConfig'),
  handle({ env, codeSigning }, input) {
    const before = codeSigning.get(input.CodeSigningConfigArn);
    const arns = input.AllowedPublishers?.SigningProfileVersionArns;
    const config: CodeSigningConfig = {
      ...before,
      description: input.Description ?? before.description,
      signingProfileVersionArns: arns ?? before.signingProfileVersionArns,
      untrusted: input.CodeSigningPolicies?.UntrustedArtifactOnDeployment ?? before.untrusted,
      lastModifiedMs: env.clock.nowMs(),
    };
    codeSigning.save(config);
    return { CodeSigningConfig: shapeOf(codeSigning, config) };
  },
});

/** Only one that no function has can go; the text of the refusal is ours. */
const deleteCodeSigningConfig = defineOperation<
  LambdaContext,
  DeleteCodeSigningConfigCommandInput,
  object | undefined
>({
  name: 'DeleteCodeSigningConfig',
  permission: onCodeSigningConfig('DeleteCodeSigningConfig'),
  handle(context, { CodeSigningConfigArn: arn = '' }) {
    const config = context.codeSigning.get(arn);
    const users = usersOf(context, arn);
    if (users.length > 0) {
      throw resourceConflict(
        `The code signing configuration ${arn} is in use by ${users.map(({ name }) => name).join(', ')}.`,
      );
    }
    context.codeSigning.delete(config);
    return undefined;
  },
});

const usersOf = ({ store }: LambdaContext, arn: string) =>
  store.list().filter((found) => found.codeSigningConfigArn === arn);

const listCodeSigningConfigs = defineOperation<LambdaContext, ListCodeSigningConfigsCommandInput>({
  name: 'ListCodeSigningConfigs',
  permission: onEverything('ListCodeSigningConfigs'),
  handle({ codeSigning }, input) {
    const { items, next } = page('code signing', codeSigning.list(), input, ({ id }) => id);
    return { CodeSigningConfigs: items.map((config) => shapeOf(codeSigning, config)), NextMarker: next };
  },
});

const listFunctionsByCodeSigningConfig = defineOperation<
  LambdaContext,
  ListFunctionsByCodeSigningConfigCommandInput
>({
  name: 'ListFunctionsByCodeSigningConfig',
  permission: onCodeSigningConfig('ListFunctionsByCodeSigningConfig'),
  handle(context, input) {
    const { CodeSigningConfigArn: arn = '' } = input;
    context.codeSigning.get(arn);
    const { items, next } = page(`users of ${arn}`, usersOf(context, arn), input, ({ name }) => name);
    return { FunctionArns: items.map(({ name }) => functionArn(context.env, name)), NextMarker: next };
  },
});

/** The code that is deployed already stays. */
const putFunctionCodeSigningConfig = defineOperation<LambdaContext, PutFunctionCodeSigningConfigCommandInput>(
  {
    name: 'PutFunctionCodeSigningConfig',
    permission: ({ FunctionName, CodeSigningConfigArn = '*' }, { env }) =>
      [functionResource(env, { FunctionName }), CodeSigningConfigArn].map((resource) => ({
        action: 'lambda:PutFunctionCodeSigningConfig',
        resource,
      })),
    handle({ env, store, codeSigning }, { FunctionName, CodeSigningConfigArn = '' }) {
      const { name } = ownFunction(env, { FunctionName });
      codeSigning.attachable(CodeSigningConfigArn);
      const found = store.get({ name });
      found.codeSigningConfigArn = CodeSigningConfigArn;
      store.save(found);
      return { CodeSigningConfigArn, FunctionName: name };
    },
  },
);

/** A function without one is answered with an empty object. */
const getFunctionCodeSigningConfig = defineOperation<LambdaContext, GetFunctionCodeSigningConfigCommandInput>(
  {
    name: 'GetFunctionCodeSigningConfig',
    permission: onFunction('GetFunctionCodeSigningConfig'),
    handle({ env, store }, { FunctionName }) {
      const { name } = ownFunction(env, { FunctionName });
      const { codeSigningConfigArn: arn } = store.get({ name });
      return arn === undefined ? {} : { CodeSigningConfigArn: arn, FunctionName: name };
    },
  },
);

/** Taking away what is not there is no error. */
const deleteFunctionCodeSigningConfig = defineOperation<
  LambdaContext,
  DeleteFunctionCodeSigningConfigCommandInput,
  undefined
>({
  name: 'DeleteFunctionCodeSigningConfig',
  permission: onFunction('DeleteFunctionCodeSigningConfig'),
  handle({ env, store }, { FunctionName }) {
    const found = store.get({ name: ownFunction(env, { FunctionName }).name });
    delete found.codeSigningConfigArn;
    store.save(found);
    return undefined;
  },
});

function shapeOf(configs: CodeSigningStore, config: CodeSigningConfig): object {
  return {
    CodeSigningConfigId: config.id,
    CodeSigningConfigArn: configs.arnOf(config),
    Description: config.description,
    AllowedPublishers: { SigningProfileVersionArns: config.signingProfileVersionArns },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: config.untrusted },
    LastModified: lastModified(config.lastModifiedMs),
  };
}

export const codeSigningOperations: readonly Operation<LambdaContext>[] = [
  createCodeSigningConfig,
  deleteCodeSigningConfig,
  deleteFunctionCodeSigningConfig,
  getCodeSigningConfig,
  getFunctionCodeSigningConfig,
  listCodeSigningConfigs,
  listFunctionsByCodeSigningConfig,
  putFunctionCodeSigningConfig,
  updateCodeSigningConfig,
];
