import { type AwsAccess, singleEndpoint } from '../deploy/aws-access.ts';
import type { Environment } from '../promotion/policy.ts';

/** How an environment is reached. Credentials come from the SDK's chain: OIDC in CI, profiles and SSO elsewhere. */
export function accessTo({ region, profile, endpoint }: Environment): AwsAccess {
  const url = endpoint ?? process.env['AWS_ENDPOINT_URL'];
  const named = profile ?? process.env['AWS_PROFILE'];
  const { AWS_ACCESS_KEY_ID: accessKeyId } = process.env;
  return {
    region,
    endpoints: url ? singleEndpoint(url.replace(/\/+$/, '')) : {},
    ...(named === undefined ? {} : { profile: named }),
    // An emulator needs no credentials; these name nobody.
    ...(url && !named && !accessKeyId
      ? { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
      : {}),
  };
}
