/**
 * Code signing configurations: kept, returned and attached to functions. AWS Signer is not emulated, so no package
 * counts as signed: `Enforce` refuses every deployment, as AWS does of unsigned code, and `Warn` lets it through.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
 */
import { AwsError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { validation } from './errors.ts';
import { memberText, oneOf, text, textList } from './parameters.ts';
import type { CodeSigningConfig, CodeSigningStore } from './store/code-signing-store.ts';

const CONFIG_ARN =
  /^arn:(?:aws[a-zA-Z-]*)?:lambda:[a-z]{2}(?:-[a-z]+)?-[a-z-]+\d:\d{12}:code-signing-config:csc-[a-z0-9]{17}$/;
const PROFILE_ARN =
  /^arn:(?:aws[a-zA-Z0-9-]*):[a-zA-Z0-9-]+:(?:[a-z]{2}(?:-[a-z]+)?-[a-z-]+\d)?:(?:\d{12})?:.*$/;
const MAX_PROFILES = 20;

/** @throws AwsError ValidationException, ResourceNotFoundException */
export function codeSigningConfig(configs: CodeSigningStore, arn: string): CodeSigningConfig {
  checkArn(arn);
  const found = configs.find(arn);
  if (found) return found;
  throw new AwsError(
    'ResourceNotFoundException',
    `The Lambda code signing configuration ${arn} can not be found.`,
    404,
  );
}

/**
 * The configuration that a function is to have.
 * @throws AwsError ValidationException, CodeSigningConfigNotFoundException
 */
export function attachable(configs: CodeSigningStore, arn: string): CodeSigningConfig {
  checkArn(arn);
  const found = configs.find(arn);
  if (found) return found;
  throw new AwsError(
    'CodeSigningConfigNotFoundException',
    `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${arn}.`,
    404,
    { details: { Type: 'User' } },
  );
}

function checkArn(arn: string): void {
  if (CONFIG_ARN.test(arn)) return;
  throw validation(
    arn,
    'codeSigningConfigArn',
    'Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:\\d{12}:code-signing-config:csc-[a-z0-9]{17}',
  );
}

/** Reads the members that are present. @throws AwsError ValidationException */
export function parseCodeSigning(
  body: JsonObject,
): Partial<Pick<CodeSigningConfig, 'description' | 'signingProfileVersionArns' | 'untrusted'>> {
  const description = text(body, 'Description');
  const publishers = body['AllowedPublishers'];
  const profiles = isJsonObject(publishers)
    ? textList(
        (publishers as JsonObject)['SigningProfileVersionArns'],
        'allowedPublishers.signingProfileVersionArns',
      )
    : undefined;
  if (profiles !== undefined) checkProfiles(profiles);
  const untrusted = oneOf(
    memberText(body, 'CodeSigningPolicies', 'UntrustedArtifactOnDeployment'),
    'codeSigningPolicies.untrustedArtifactOnDeployment',
    ['Warn', 'Enforce'],
  );
  return {
    ...(description === undefined ? {} : { description }),
    ...(profiles === undefined ? {} : { signingProfileVersionArns: profiles }),
    ...(untrusted === undefined ? {} : { untrusted }),
  };
}

function checkProfiles(arns: readonly string[]): void {
  const member = 'allowedPublishers.signingProfileVersionArns';
  const shown = `[${arns.join(', ')}]`;
  if (arns.length === 0) {
    throw validation(shown, member, 'Member must have length greater than or equal to 1');
  }
  if (arns.length > MAX_PROFILES) {
    throw validation(shown, member, `Member must have length less than or equal to ${MAX_PROFILES}`);
  }
  if (arns.some((arn) => !PROFILE_ARN.test(arn))) {
    throw validation(
      shown,
      member,
      'Member must satisfy constraint: [Member must satisfy regular expression pattern: arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)]',
    );
  }
}

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

export function codeSigningShape(configs: CodeSigningStore, config: CodeSigningConfig): object {
  return {
    CodeSigningConfigId: config.id,
    CodeSigningConfigArn: configs.arnOf(config),
    Description: config.description,
    AllowedPublishers: { SigningProfileVersionArns: config.signingProfileVersionArns },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: config.untrusted },
    LastModified: new Date(config.lastModifiedMs).toISOString().replace(/Z$/, '+0000'),
  };
}
