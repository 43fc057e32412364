import { VirtualClock, wallClock } from '../core/clock.ts';
import type { AwsLimits } from '../core/limits.ts';
import { type EmulatorOptions, type OpeningEmulator, openEmulator } from '../emulator/emulator.ts';
import type { IsolationMode } from '../emulator/services/lambda/runtime/isolation.ts';
import type { LambdaOptions } from '../emulator/services/lambda/service.ts';
import { untilInterrupted } from './interruption.ts';
import { readMockFile } from './mock-file.ts';

/** The options of `cosmicai up`. */
export interface ServeOptions {
  host: string;
  port: number;
  state: string;
  verbose: boolean;
  limits?: AwsLimits;
  clock?: 'wall' | 'virtual';
  seed?: string;
  /** File with chaos rules. */
  chaos?: string;
  /** MockConfigFile of Step Functions Local. */
  mocks?: string;
  iam?: 'off' | 'warn' | 'enforce';
  verifySignatures?: boolean;
  /** JWKS of the issuers of web identity tokens. */
  oidcJwks?: string;
  region?: string;
  account?: string;
  hostName?: string[];
  allowOrigin?: string[];
  cpuShare?: boolean;
  isolation?: IsolationMode;
  inspect?: string[];
  inspectWait?: string[];
  hotReload?: string[];
  tls?: boolean;
  /** Folder with scripts that set up the emulator. */
  init?: string;
}

/** Services that no request has opened by then are opened, so that the first of theirs need not wait either. */
const QUIET_MS = 250;

/**
 * Serves the local AWS until SIGINT or SIGTERM; prints `ready http://127.0.0.1:PORT` once it answers and the scripts of
 * `--init` have ended, and `Ready.`, which Testcontainers' modules for LocalStack wait for.
 * @param onQuiet see `upCommand`
 */
export async function serve(options: ServeOptions, onQuiet: () => void): Promise<void> {
  const mocks = options.mocks === undefined ? undefined : readMockFile(options.mocks);
  const interruption = untilInterrupted();
  if (options.isolation === 'required') {
    const { isolationFor } = await import('../emulator/services/lambda/runtime/isolation.ts');
    await isolationFor('required');
  }
  const { lambda, sources } = await functionOptions(options);
  const init = options.init === undefined ? undefined : await import('./init-scripts.ts');
  const initScripts = init?.findInitScripts(options.init!) ?? [];
  const emulator = await openEmulator({ ...(await emulatorOptions(options)), lambda, initScripts });
  try {
    if (mocks !== undefined) {
      await emulator.openAll();
      emulator.stepFunctions.useMocks(mocks);
    }
    await init?.runInitScripts(options.init!, initScripts, {
      environment: await clientEnvironment(emulator, options),
      abort: interruption.abort,
    });
    // In one piece: programs that start this one read until the line `ready`.
    process.stdout.write(`${await accessLines(emulator, options)}ready ${emulator.endpoint}\nReady.\n`);
    const opening = new Promise<void>((resolve) => {
      wallClock().after(QUIET_MS, resolve);
    }).then(async () => {
      onQuiet();
      await emulator.openAll();
      await tellIsolation(options);
    });
    await Promise.race([interruption.signal, opening.then(() => interruption.signal)]);
  } finally {
    await emulator.stop();
    for (const source of sources) source.close();
  }
}

/** One line where functions are not kept apart from this machine. */
async function tellIsolation({ isolation }: ServeOptions): Promise<void> {
  const { describeIsolation, probeIsolation } = await import(
    '../emulator/services/lambda/runtime/isolation.ts'
  );
  const result = isolation === 'none' ? { reason: '--isolation none' } : await probeIsolation();
  if (!result.isolation) process.stderr.write(`warning: ${describeIsolation(result)}\n`);
}

/** Options of single functions: only a start that has any loads the bundler and what reads project files. */
async function functionOptions(
  options: ServeOptions,
): Promise<{ lambda: LambdaOptions; sources: { close(): void }[] }> {
  const common: LambdaOptions = {
    ...(options.cpuShare ? { cpuShare: true } : {}),
    ...(options.isolation === undefined ? {} : { isolation: options.isolation }),
  };
  if (!options.hotReload && !options.inspect && !options.inspectWait) return { lambda: common, sources: [] };
  const { hotReloadSources, inspectOptions } = await import('./function-options.ts');
  const sources = hotReloadSources(options.hotReload ?? []);
  const inspect = inspectOptions(options);
  const live = Object.fromEntries([...sources].map(([name, { code }]) => [name, code]));
  return {
    lambda: { live, ...(inspect === undefined ? {} : { inspect }), ...common },
    sources: [...sources.values()],
  };
}

/**
 * What clients need beside the endpoint: the certificate of the authority with `--tls`, the token of the pages under `/_cosmicai/`, unless it was given and is a secret
 * of its owner's, and the root's access key.
 */
async function accessLines(emulator: OpeningEmulator, { iam }: ServeOptions): Promise<string> {
  const authority = emulator.authorityPath === undefined ? '' : `ca ${emulator.authorityPath}\n`;
  const token = `${authority}${givenToken() === undefined ? `token ${emulator.token}\n` : ''}`;
  if (iam !== 'enforce') return token;
  // While policies are enforced, `test`/`test` is no identity: the account's owner needs a key.
  const { accessKeyId, secretAccessKey } = await emulator.rootCredentials();
  return `${token}root access key ${accessKeyId} secret ${secretAccessKey}\n`;
}

/** What makes the AWS CLI and the SDKs clients of this emulator. */
async function clientEnvironment(
  emulator: OpeningEmulator,
  { iam }: ServeOptions,
): Promise<{ [name: string]: string }> {
  const root = iam === 'enforce' ? await emulator.rootCredentials() : undefined;
  return {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_REGION: emulator.region,
    AWS_DEFAULT_REGION: emulator.region,
    AWS_ACCESS_KEY_ID: root?.accessKeyId ?? 'test',
    AWS_SECRET_ACCESS_KEY: root?.secretAccessKey ?? 'test',
  };
}

/** The token that the environment gives; empty is none. */
const givenToken = (): string | undefined => process.env['COSMICAI_TOKEN'] || undefined;

async function emulatorOptions(options: ServeOptions): Promise<EmulatorOptions> {
  // Only who names a file pays for loading a YAML parser.
  const chaos =
    options.chaos === undefined ? undefined : (await import('./chaos-file.ts')).readChaosFile(options.chaos);
  const oidcKeys =
    options.oidcJwks === undefined
      ? undefined
      : (await import('./oidc-keys-file.ts')).readOidcKeysFile(options.oidcJwks);
  return {
    host: options.host,
    port: options.port,
    stateDir: options.state,
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.clock === 'virtual' ? { clock: new VirtualClock() } : {}),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(chaos === undefined ? {} : { chaos }),
    ...(options.iam === undefined ? {} : { iam: { enforcement: options.iam } }),
    ...(options.verifySignatures ? { verifySignatures: true } : {}),
    ...(options.tls ? { tls: true } : {}),
    ...(oidcKeys === undefined ? {} : { oidcKeys }),
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.account === undefined ? {} : { accountId: options.account }),
    ...(options.hostName === undefined ? {} : { hostNames: options.hostName }),
    ...(options.allowOrigin === undefined ? {} : { allowedOrigins: options.allowOrigin }),
    token: givenToken(),
    warn: (line: string) => process.stderr.write(`warning: ${line}\n`),
    ...(options.verbose ? { log: (line: string) => process.stderr.write(`${line}\n`) } : {}),
  };
}
