/**
 * Paths of the emulator's own: `/_cosmicai/...`, and what clients of LocalStack ask to know whether it is up. Pages
 * that change or reveal something need the token of this emulator, or a client of this machine that is no browser.
 * Unknown paths under `/_` are S3's.
 */
import { timingSafeEqual } from 'node:crypto';
import { HarnessError } from '../core/errors.ts';
import type { Chaos } from './chaos/chaos.ts';
import { isBrowser } from './http/host-and-origin.ts';
import { readBody } from './http/read-body.ts';
import type { WireRequest, WireResponse } from './http/wire.ts';
import type { IamService } from './services/iam/service.ts';

/** A script that sets up the emulator, as LocalStack's pages show it. */
export interface InitScript {
  stage: 'READY';
  name: string;
  state: 'UNKNOWN' | 'RUNNING' | 'SUCCESSFUL' | 'ERROR';
}

export interface InternalPagesOptions {
  /** Names of the operations of every service. */
  operations(): Promise<ReadonlyMap<string, readonly string[]>>;
  iam(): Promise<IamService>;
  chaos: Chaos;
  /** Milliseconds since the emulator started. */
  uptimeMs(): number;
  reset(): Promise<void>;
  /** Scripts that set up the emulator, and how far they are. */
  initScripts: readonly InitScript[];
  /** Grants access to every page; `Authorization: Bearer TOKEN`. */
  token: string;
  /** IAM policies are off: clients of this machine need no token for LocalStack's own pages. */
  isOpen: boolean;
}

/** The version of LocalStack whose pages these are like: clients compare it. */
const LOCALSTACK_VERSION = '4.14.0';
const MAX_RULES_BYTES = 1024 * 1024;

type Page = (options: InternalPagesOptions, request: WireRequest) => object | Promise<object>;

interface GuardedPage {
  page: Page;
  /** `open` to every client, `token` only, or `local`: a token, or no browser while policies are off. */
  access: 'open' | 'local' | 'token';
}

const open = (page: Page): GuardedPage => ({ page, access: 'open' });
const local = (page: Page): GuardedPage => ({ page, access: 'local' });
const withToken = (page: Page): GuardedPage => ({ page, access: 'token' });

const health: Page = async ({ operations }) => ({
  services: Object.fromEntries([...(await operations()).keys()].map((name) => [name, 'running'])),
  edition: 'cosmicai',
  version: LOCALSTACK_VERSION,
});

/** Stages of LocalStack's start; here all but the scripts is over when the listener answers. */
const STAGES = ['BOOT', 'START', 'READY', 'SHUTDOWN'];
const scriptsOf = (stage: string, { initScripts }: InternalPagesOptions) =>
  initScripts.filter((script) => script.stage === stage);
const completed = (stage: string, options: InternalPagesOptions) =>
  stage !== 'SHUTDOWN' &&
  scriptsOf(stage, options).every(({ state }) => state === 'SUCCESSFUL' || state === 'ERROR');

const PAGES: { readonly [methodAndPath: string]: GuardedPage } = {
  'GET /_localstack/health': open(health),
  'HEAD /_localstack/health': open(health),
  'GET /_localstack/info': open(({ uptimeMs }) => ({
    version: LOCALSTACK_VERSION,
    edition: 'cosmicai',
    is_license_activated: false,
    session_id: null,
    server_time_utc: null,
    uptime: Math.floor(uptimeMs() / 1000),
  })),
  'GET /_localstack/init': open((options) => ({
    completed: Object.fromEntries(STAGES.map((stage) => [stage, completed(stage, options)])),
    scripts: options.initScripts,
  })),
  ...Object.fromEntries(
    STAGES.map((stage): [string, GuardedPage] => [
      `GET /_localstack/init/${stage.toLowerCase()}`,
      open((options) => ({ completed: completed(stage, options), scripts: scriptsOf(stage, options) })),
    ]),
  ),
  'POST /_localstack/state/reset': local(async ({ reset }) => {
    await reset();
    return {};
  }),
  'GET /_cosmicai/health': open(async (options, request) => ({
    ...(await health(options, request)),
    operations: Object.fromEntries(
      [...(await options.operations())].map(([name, operations]) => [name, [...operations].sort()]),
    ),
  })),
  // For every role that has called something, the least policy that would have allowed it.
  'GET /_cosmicai/iam/least-policy': withToken(async ({ iam }) => (await iam()).leastPolicies()),
  'GET /_cosmicai/chaos': withToken(({ chaos }) => ({
    rules: chaos.status().map(({ id, rule, matched, struck }) => ({ id, on: rule.on, matched, struck })),
  })),
  'POST /_cosmicai/chaos': withToken(async ({ chaos }, request) => {
    const body = await readBody(request.body, MAX_RULES_BYTES);
    await chaos.use(JSON.parse(body.toString('utf8')));
    return { rules: chaos.status().map(({ id, rule }) => ({ id, on: rule.on })) };
  }),
  'DELETE /_cosmicai/chaos': withToken(({ chaos }) => {
    chaos.clear();
    return { rules: [] };
  }),
  'POST /_cosmicai/reset': withToken(async ({ reset }) => {
    await reset();
    return { reset: true };
  }),
};

/** The answer to a path of the emulator's own; nothing for any other. Asked for paths that begin with `/_`. */
export function internalPage(
  options: InternalPagesOptions,
  request: WireRequest,
): Promise<WireResponse> | WireResponse | undefined {
  const route = `${request.method} ${request.path}`;
  const found = Object.hasOwn(PAGES, route) ? PAGES[route] : undefined;
  if (!found) return undefined;
  return mayAccess(found.access, options, request) ? answer(found.page, options, request) : forbidden();
}

function mayAccess(
  access: GuardedPage['access'],
  { token, isOpen }: InternalPagesOptions,
  request: WireRequest,
): boolean {
  if (access === 'open') return true;
  const [, given = ''] = /^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '') ?? [];
  if (isSame(given, token)) return true;
  return access === 'local' && isOpen && !isBrowser(request) && isLoopback(request.caller.sourceIp);
}

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const isLoopback = (address = ''): boolean => /^(?:::1$|127\.)/.test(address);

const JSON_TYPE = { 'content-type': 'application/json' };
const forbidden = (): WireResponse => ({
  status: 403,
  headers: { ...JSON_TYPE },
  body: JSON.stringify({
    message: 'This page needs the token that cosmicai up prints: send it as Authorization: Bearer TOKEN.',
  }),
});

async function answer(
  page: Page,
  options: InternalPagesOptions,
  request: WireRequest,
): Promise<WireResponse> {
  try {
    return { status: 200, headers: { ...JSON_TYPE }, body: JSON.stringify(await page(options, request)) };
  } catch (error) {
    if (!(error instanceof HarnessError) && !(error instanceof SyntaxError)) throw error;
    const remedy = error instanceof HarnessError && error.remedy ? { remedy: error.remedy } : {};
    return {
      status: 400,
      headers: { ...JSON_TYPE },
      body: JSON.stringify({ message: error.message, ...remedy }),
    };
  }
}
