import type { ServiceManifest } from '../manifest.ts';

export const manifest: ServiceManifest<'lambda'> = {
  name: 'lambda',
  signingNames: ['lambda'],
  targets: [],
  // REST paths start with the date of an API version: `/2015-03-31/functions/...`.
  paths:
    /^\/20\d\d-\d\d-\d\d\/(?:functions|layers|event-source-mappings|account-settings|code-signing-configs|tags)(?:\/|$)/,
  scope: 'region',
  requires: ['iam', 'cloudwatch', 'logs', 's3'],
  async create(env, { get, iam, objects }, { lambda, chaos }) {
    const { createLambdaService } = await import('./service.ts');
    return createLambdaService(
      env,
      { logs: await get('logs'), objects, roles: iam, metrics: await get('cloudwatch') },
      {
        ...lambda,
        strike: (stage, functionName, sandbox) => chaos.strikeSandbox(stage, functionName, sandbox),
      },
    );
  },
};
