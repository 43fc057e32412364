/**
 * One case's world: an emulator of its own on a free port, values for the tokens its requests hold, and what the
 * test prepared beside Step Functions. Time is virtual, so that waits and retries cost nothing; a case whose
 * functions sleep runs on wall time, as real work in flight holds virtual time.
 */

import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Clock, VirtualClock, wallClock } from '../../../harness/core/clock.ts';
import { isJsonObject, type Json, JsonNumber, type JsonObject } from '../../../harness/core/json.ts';
import { printJson } from '../../../harness/core/json-print.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import type { Case } from '../corpus.ts';
import type { Bindings, Tokens } from '../matcher/tokens.ts';
import { TokenSet } from '../matcher/tokens.ts';
import { deployStandIn, recordedError } from './stand-in.ts';
import { callJson, type WireAnswer } from './wire.ts';

const ACCOUNT = '111111111111';
const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
/** When the corpus' requests were captured; two cases count days from then to a date of theirs. */
const CAPTURED_AT_MS = Date.UTC(2026, 10, 23, 11, 22, 30);
/** Replaced by the recording library everywhere, though not every case lists them. */
const COMMON_TOKENS: Tokens = {
  snf_role_arn: 'bind',
  sfn_role_arn: 'bind',
  '<ArnPart_0idx>': 'bind',
  '<json-input:1>': 'bind',
  '<SM_1>': 'bind',
  '<SM_2>': 'bind',
};
/** Members that AWS takes as JSON text. */
const TEXT_MEMBERS = new Set(['definition', 'input', 'output', 'result', 'context', 'mapItemReaderData']);

export class World {
  readonly emulator: Emulator;
  readonly clock: Clock;
  readonly tokens: TokenSet;
  bindings: Bindings;
  /** Holds virtual time between two steps. */
  previousHold: (() => void) | undefined;
  readonly #case: Case;

  private constructor(one: Case, emulator: Emulator, clock: Clock) {
    this.#case = one;
    this.emulator = emulator;
    this.clock = clock;
    const shared = Object.fromEntries((one.sharedPlaceholders ?? []).map((token) => [token, 'any' as const]));
    this.tokens = new TokenSet(
      { ...COMMON_TOKENS, ...one.placeholders, ...shared },
      { ordered: one.mockConfig === undefined },
    );
    this.bindings = chosenValues(one, this.tokens);
  }

  static async start(one: Case): Promise<World> {
    const sleeps = one.lambdas?.some(({ behaviour }) => behaviour === 'sleep-then-identity');
    const clock = sleeps ? wallClock() : new VirtualClock(CAPTURED_AT_MS);
    const emulator = await startEmulator({
      port: 0,
      accountId: ACCOUNT,
      region: REGION,
      clock,
      seed: one.id,
    });
    const world = new World(one, emulator, clock);
    try {
      await world.#prepare();
    } catch (error) {
      await emulator.stop();
      throw error;
    }
    return world;
  }

  stop(): Promise<void> {
    return this.emulator.stop();
  }

  async sfn(op: string, request: JsonObject): Promise<WireAnswer> {
    return callJson(this.emulator.endpoint, 'stepfunctions', op, this.request(request));
  }

  async logs(op: string, request: JsonObject): Promise<WireAnswer> {
    return callJson(this.emulator.endpoint, 'logs', op, this.request(request));
  }

  /** A recorded request as it goes on the wire: tokens filled in, JSON members as their texts. */
  request(request: JsonObject): JsonObject {
    const members = Object.entries(request).map(([member, value]) => {
      const filled = this.fill(this.#resolve(value));
      return [member, textOf(member, filled)] as const;
    });
    return Object.fromEntries(members);
  }

  /** `value` with the bound tokens put in. */
  fill<T extends Json>(value: T): T {
    if (typeof value === 'string') {
      if (this.tokens.isAny(value) && DATE.test(value)) return (RECORDED_DATE + this.#zone()) as T;
      return this.tokens.fill(value, this.bindings) as T;
    }
    if (Array.isArray(value)) return value.map((item) => this.fill(item)) as T;
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [this.tokens.fill(key, this.bindings), this.fill(member)]),
    ) as T;
  }

  /** `{"$sameAs": "definition"}` and the like. */
  #resolve(value: Json): Json {
    if (!isJsonObject(value) || typeof value['$sameAs'] !== 'string') return value;
    return sameAs(this.#case, value['$sameAs']);
  }

  /** Fraction and zone of dates in requests; some tests try several, `test_wait_timestamppath[.00Z]`. */
  #zone(): string {
    return (
      /timestamppath(?:\[(.*)\])?$/.exec(this.#case.id)?.[1] ??
      (/timestamppath$/.test(this.#case.id) ? '' : 'Z')
    );
  }

  bind(token: string, value: string): void {
    this.bindings = new Map(this.bindings).set(token, value);
  }

  async #prepare(): Promise<void> {
    const { endpoint } = this.emulator;
    const s3 = new S3Client({
      endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    const lambda = new LambdaClient({ endpoint, region: REGION, credentials: CREDENTIALS });
    for (const { service, op, request } of this.#case.setup ?? []) {
      if (service === 's3' && op === 'CreateBucket') {
        await s3.send(new CreateBucketCommand({ Bucket: this.fill(String(request['Bucket'])) }));
      }
      if (service === 'logs') await this.logs(op, request);
    }
    for (const { bucket, key, body } of this.#case.s3 ?? []) {
      const filled = this.fill(body);
      const text = typeof filled === 'string' ? filled : printJson(filled);
      await s3.send(
        new PutObjectCommand({
          Bucket: this.fill(bucket),
          Key: this.fill(key),
          Body: text,
          ContentType: 'binary/octet-stream',
        }),
      );
    }
    const { expected, runs, steps } = this.#case;
    for (const standIn of this.#case.lambdas ?? []) {
      await deployStandIn(lambda, standIn, this.fill(standIn.name), recordedError([expected, runs, steps]));
    }
    if (this.#case.mockConfig) this.emulator.stepFunctions.useMocks(this.fill(this.#case.mockConfig));
    s3.destroy();
    lambda.destroy();
  }
}

/** A date the snapshot library replaced; the request needs a real one. */
const DATE = /^<?(?:date|timestamp|datetime)>?$/;
const RECORDED_DATE = '2016-03-14T01:59:00';

/** JSON members as their texts, also those of TestState's `mock` and `stateConfiguration`. */
function textOf(member: string, value: Json): Json {
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return value;
  if (TEXT_MEMBERS.has(member)) return printJson(value);
  if ((member !== 'mock' && member !== 'stateConfiguration') || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, each]) => [inner, textOf(inner, each)]));
}

export function sameAs(one: Case, path: string): Json {
  let value: unknown = one;
  for (const part of path.split('.')) value = (value as { [key: string]: unknown })[part];
  if (value === undefined && path === 'definition') return one.definitionText ?? null;
  return value as Json;
}

/**
 * A value for every token the requests hold before AWS could have made it up. Tokens that only answers hold, or
 * that name what Step Functions itself creates, stay open until they are seen.
 */
function chosenValues(one: Case, tokens: TokenSet): Bindings {
  const { request, steps, definition, input, setup, lambdas, s3, runs, companions, mockConfig } = one;
  const text = JSON.stringify([
    request,
    steps?.map((step) => step.request),
    definition,
    input,
    setup,
    lambdas,
    s3,
    runs?.map((run) => [run.definition, run.input]),
    companions,
    mockConfig,
  ]);
  const chosen = new Map<string, string>([
    ['<partition>', 'aws'],
    ['<region>', REGION],
    [ACCOUNT, ACCOUNT],
    ['<ArnPart_0idx>', 'machine0'],
  ]);
  let count = 0;
  for (const token of Object.keys(tokens.tokens)) {
    const quoted = printJson(token).slice(1, -1);
    if (chosen.has(token) || tokens.tokens[token] !== 'bind') continue;
    if (MADE_BY_AWS.test(token) && !text.includes(`"name":"${quoted}"`)) continue;
    if (!text.includes(quoted)) continue;
    chosen.set(token, valueFor(token, ++count));
  }
  for (const token of [...chosen.keys()]) if (!(token in tokens.tokens)) chosen.delete(token);
  for (const token of chosen.keys()) {
    if (token.includes('activity_arn')) {
      const name = chosen.get(token.replace('activity_arn', 'activity_name')) ?? 'activity';
      chosen.set(token, `arn:aws:states:${REGION}:${ACCOUNT}:activity:${name}`);
    }
  }
  return chosen;
}

const MADE_BY_AWS = /ExecArn|MapRunArn|uuid|task_token|revision|json-input|request_id|next[-_]token/i;

function valueFor(token: string, count: number): string {
  if (/1025_chars/.test(token)) return 'x'.repeat(1025);
  if (/role/i.test(token) && /arn/i.test(token)) return `arn:aws:iam::${ACCOUNT}:role/zq-${count}`;
  if (/_arn$/.test(token)) return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:zq-${count}`;
  if (/account_id/.test(token)) return ACCOUNT;
  if (/url/i.test(token)) return `https://queue.example/zq-${count}`;
  // Holds no token itself, as requests may be filled twice.
  return `zq-${count}`;
}
