import type { ServiceManifest } from '../manifest.ts';

export const manifest: ServiceManifest<'sts'> = {
  name: 'sts',
  signingNames: ['sts'],
  targets: [],
  actions:
    /^(?:GetCallerIdentity|AssumeRole\w*|GetSessionToken|GetFederationToken|GetAccessKeyInfo|DecodeAuthorizationMessage)$/,
  scope: 'account',
  requires: ['iam'],
  async create(env, { iam }, { oidcKeys }) {
    const { createStsService } = await import('./service.ts');
    return createStsService(env, { roles: iam, oidcKeys });
  },
};
