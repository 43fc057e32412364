/**
 * AWS SDK integrations of the neighbouring services go through the AWS SDK itself and the emulator's own
 * endpoint, so that every operation served is there, with its own checks and errors.
 */

import type { Readable } from 'node:stream';
import { modelledMember } from '../../../../asl/validate/sdk-services.ts';
import { alphanumeric } from '../../../../core/ids.ts';
import { isJsonObject, type Json, type JsonObject, plainJson } from '../../../../core/json.ts';
import { printJson } from '../../../../core/json-print.ts';
import type { StepFunctionsContext } from '../context.ts';
import { sdkFailure } from './aws-sdk-error.ts';
import { type TaskCall, TaskFailure } from './integration.ts';
import { notServed } from './not-served.ts';

/** Enough of an SDK client to send any command. */
interface SdkClient {
  send(command: unknown, options: { abortSignal: AbortSignal }): Promise<object>;
}

/** A service of the AWS SDK: its module, loaded on first use. */
export interface SdkService {
  /** As in error names: `S3`, `Lambda`, `CloudWatchLogs`. */
  readonly errorName: string;
  load(): Promise<{ [name: string]: unknown }>;
  /** Name of the client's class in the module. */
  readonly clientName: string;
  /** True where errors carry S3's second id. */
  readonly extendedRequestId?: boolean;
  /** Parameters as the SDK takes them, and answers as Step Functions shows them; unchanged unless given. */
  toWire?(parameters: JsonObject): JsonObject;
  fromWire?(answer: JsonObject): JsonObject;
}

/** Calls `action` of the service called `name` in resources with the task's parameters; the answer's text. */
export async function callSdk(
  name: string,
  service: SdkService,
  action: string,
  call: TaskCall,
  context: StepFunctionsContext,
): Promise<string> {
  const module = await service.load();
  const Command = commandOf(module, action);
  const Client = module[service.clientName];
  if (!Command || typeof Client !== 'function') return notServed.run(call, context);
  const { env } = context;
  const release = env.clock.hold();
  const credentials = credentialsOf(context, call);
  const client = newClient(Client as ClientClass, context, credentials);
  try {
    const given = isJsonObject(call.task.parameters) ? call.task.parameters : {};
    const modelled = Object.fromEntries(
      Object.entries(given).map(([member, value]) => [modelledMember(name, action, member), value]),
    );
    const command = new Command(plainJson(service.toWire?.(modelled) ?? modelled));
    const answer = await plainAnswer(await client.send(command, { abortSignal: call.signal }));
    return printJson(service.fromWire?.(answer) ?? answer);
  } catch (error) {
    throw sdkErrorOf(name, service, action, error);
  } finally {
    client.destroy();
    context.neighbours.permissions?.revoke(credentials.accessKeyId);
    release();
  }
}

type CommandClass = new (input: Json) => object;

/** The command of an action, whatever the case of its acronyms. */
function commandOf(module: { [name: string]: unknown }, action: string): CommandClass | undefined {
  const wanted = `${action}Command`.toLowerCase();
  const name = Object.keys(module).find((each) => each.toLowerCase() === wanted);
  return name === undefined ? undefined : (module[name] as CommandClass);
}

const SESSION_SECONDS = 3600;

interface SessionKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

type ClientClass = new (configuration: object) => SdkClient & { destroy(): void };

/** A session of the machine's role for one call. */
function credentialsOf({ neighbours, env }: StepFunctionsContext, { roleArn }: TaskCall): SessionKey {
  const issued = neighbours.permissions?.issueCredentials(
    roleArn,
    alphanumeric(env.random, 32),
    SESSION_SECONDS,
  );
  return issued ?? { accessKeyId: 'stepfunctions', secretAccessKey: 'stepfunctions' };
}

function newClient(
  Client: ClientClass,
  context: StepFunctionsContext,
  { accessKeyId, secretAccessKey, sessionToken }: SessionKey,
): SdkClient & { destroy(): void } {
  return new Client({
    endpoint: context.env.endpoint(),
    region: context.env.region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    forcePathStyle: true,
    maxAttempts: 1,
    // AWS's own client asks S3 for no checksums, so the answer shows none (recorded).
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** What a HEAD request that finds nothing is told of. */
const MISSING: { readonly [action: string]: string } = {
  headObject: 'NoSuchKey',
  headBucket: 'NoSuchBucket',
};

function sdkErrorOf(name: string, service: SdkService, action: string, error: unknown): unknown {
  if (error instanceof TaskFailure || !(error instanceof Error)) return error;
  const metadata = (
    error as { $metadata?: { httpStatusCode?: number; requestId?: string; extendedRequestId?: string } }
  ).$metadata;
  if (metadata?.httpStatusCode === undefined) return error;
  // An answer without a body (HEAD, 304) has no code; its class is that of the resource that is missing.
  const isBare = /^(?:NotFound|Unknown|UnknownError|\d+)$/.test(error.name);
  return sdkFailure(service.errorName, name, {
    code: isBare ? (metadata.httpStatusCode === 404 ? (MISSING[action] ?? '') : '') : error.name,
    // Java prints the message that is not there.
    message: isBare || error.message === 'UnknownError' ? 'null' : error.message,
    status: metadata.httpStatusCode,
    requestId: metadata.requestId ?? '',
    ...(service.extendedRequestId ? { extendedRequestId: metadata.extendedRequestId ?? '' } : {}),
  });
}

/**
 * An SDK answer as JSON: bodies read as text, dates in ISO 8601, bytes in base64, metadata left out. Members come in the
 * order of their names, a streamed body after all others (recorded cases test_s3_get_object).
 */
async function plainAnswer(answer: object): Promise<JsonObject> {
  const members = Object.entries(answer)
    .filter(([name, value]) => name !== '$metadata' && value !== undefined)
    .sort(([a, one], [b, other]) => Number(isStream(one)) - Number(isStream(other)) || (a < b ? -1 : 1));
  const plain: JsonObject = {};
  for (const [name, value] of members)
    plain[name] = isStream(value) ? await textOf(value) : plainValue(value);
  return plain;
}

function plainValue(value: unknown): Json {
  if (value instanceof Date) return `${value.toISOString().slice(0, 19)}Z`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plainValue);
  if (isJsonObject(value)) {
    const members = Object.entries(value).filter(([, member]) => (member as unknown) !== undefined);
    return Object.fromEntries(members.map(([name, member]) => [name, plainValue(member)]));
  }
  return value as Json;
}

function isStream(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null && 'pipe' in value;
}

/** A result larger than any payload may be is cut short here; the interpreter then refuses it. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) {
      stream.destroy();
      break;
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}
