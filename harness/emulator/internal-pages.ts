/**
 * Paths of the emulator's own: `/_cosmicai/...`, and what clients of LocalStack ask to know whether it is up.
 * Unknown paths under `/_` are S3's.
 */
import { HarnessError } from '../core/errors.ts';
import type { Chaos } from './chaos/chaos.ts';
import { readBody } from './http/read-body.ts';
import type { Service, WireRequest, WireResponse } from './http/wire.ts';
import type { IamService } from './services/iam/service.ts';

export interface InternalDoors {
  services(): Promise<readonly Service[]>;
  iam(): Promise<IamService>;
  chaos: Chaos;
  /** Milliseconds since the emulator started. */
  uptimeMs(): number;
  reset(): Promise<void>;
}

/** The version of LocalStack whose pages these are like: clients compare it. */
const LOCALSTACK_VERSION = '4.14.0';
const MAX_RULES_BYTES = 1024 * 1024;

type Page = (doors: InternalDoors, request: WireRequest) => object | Promise<object>;

const health: Page = async ({ services }) => ({
  services: Object.fromEntries((await services()).map((service) => [service.name, 'running'])),
  edition: 'cosmicai',
  version: LOCALSTACK_VERSION,
});

/** Stages of LocalStack's start; here all is over when the listener answers. */
const STAGES = ['BOOT', 'START', 'READY', 'SHUTDOWN'];
const completed = (stage: string) => stage !== 'SHUTDOWN';

const PAGES: { readonly [methodAndPath: string]: Page } = {
  'GET /_localstack/health': health,
  'HEAD /_localstack/health': health,
  'GET /_localstack/info': ({ uptimeMs }) => ({
    version: LOCALSTACK_VERSION,
    edition: 'cosmicai',
    is_license_activated: false,
    session_id: null,
    server_time_utc: null,
    uptime: Math.floor(uptimeMs() / 1000),
  }),
  'GET /_localstack/init': () => ({
    completed: Object.fromEntries(STAGES.map((stage) => [stage, completed(stage)])),
    scripts: [],
  }),
  ...Object.fromEntries(
    STAGES.map((stage): [string, Page] => [
      `GET /_localstack/init/${stage.toLowerCase()}`,
      () => ({ completed: completed(stage), scripts: [] }),
    ]),
  ),
  'POST /_localstack/state/reset': async ({ reset }) => {
    await reset();
    return {};
  },
  'GET /_cosmicai/health': async (doors, request) => ({
    ...(await health(doors, request)),
    operations: Object.fromEntries(
      (await doors.services()).map(({ name, operations }) => [name, [...operations].sort()]),
    ),
  }),
  // For every role that has called something, the least policy that would have allowed it.
  'GET /_cosmicai/iam/least-policy': async ({ iam }) => (await iam()).leastPolicies(),
  'GET /_cosmicai/chaos': ({ chaos }) => ({
    rules: chaos.status().map(({ id, rule, matched, struck }) => ({ id, on: rule.on, matched, struck })),
  }),
  'POST /_cosmicai/chaos': async (doors, request) => {
    const body = await readBody(request.body, MAX_RULES_BYTES);
    // Rules may name operations of any service.
    await doors.services();
    await doors.chaos.use(JSON.parse(body.toString('utf8')));
    return { rules: doors.chaos.status().map(({ id, rule }) => ({ id, on: rule.on })) };
  },
  'DELETE /_cosmicai/chaos': ({ chaos }) => {
    chaos.clear();
    return { rules: [] };
  },
  'POST /_cosmicai/reset': async ({ reset }) => {
    await reset();
    return { reset: true };
  },
};

/** The answer to a path of the emulator's own; nothing for any other. */
export function internalPage(doors: InternalDoors, request: WireRequest): Promise<WireResponse> | undefined {
  if (!request.path.startsWith('/_')) return undefined;
  const page = PAGES[`${request.method} ${request.path}`];
  return page && answer(page, doors, request);
}

async function answer(page: Page, doors: InternalDoors, request: WireRequest): Promise<WireResponse> {
  const headers = { 'content-type': 'application/json' };
  try {
    return { status: 200, headers, body: JSON.stringify(await page(doors, request)) };
  } catch (error) {
    if (!(error instanceof HarnessError) && !(error instanceof SyntaxError)) throw error;
    const remedy = error instanceof HarnessError && error.remedy ? { remedy: error.remedy } : {};
    return { status: 400, headers, body: JSON.stringify({ message: error.message, ...remedy }) };
  }
}
