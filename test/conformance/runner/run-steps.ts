/**
 * Kinds `transcript` and `execution-with-steps`: API calls in order, each with AWS's recorded answer. The calls
 * that only polled were left out of the corpus, so a reading call is repeated until it answers as recorded.
 */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { isJsonObject, type Json, type JsonObject } from '../../../harness/core/json.ts';
import type { Case, Step } from '../corpus.ts';
import { matchValue } from '../matcher/match.ts';
import { matchEvents } from '../matcher/match-events.ts';
import { historyOf, pause, waitForEnd } from './history.ts';
import { accept, compare, compareExecution, exceptionOf } from './run-execution.ts';
import { errorOf, type WireAnswer } from './wire.ts';
import { sameAs, type World } from './world.ts';

const PATIENCE_MS = 4_000;
/** How long a reading call is tried before virtual time may pass. */
const HOLD_MS = 150;

/** Undefined when every step answered as recorded, else what differed. */
export async function runSteps(world: World, one: Case): Promise<string | undefined> {
  const steps = one.steps ?? [];
  let lastExecutionArn: string | undefined;
  for (const [i, step] of steps.entries()) {
    if (step.clientSide || step.expectErrorSummary?.exception_typename === 'ParamValidationError') continue;
    const { answer, found } = await perform(world, one, step);
    if (found !== undefined) return `step ${i + 1} (${step.op}): ${found}`;
    const executionArn = (answer?.body as JsonObject | undefined)?.['executionArn'];
    if (step.op.startsWith('Start') && typeof executionArn === 'string') {
      lastExecutionArn = executionArn;
      // Where the answer is recorded, comparing it has told what the name's token stands for.
      if (step.expect === undefined) bindExecution(world, executionArn, [steps.slice(i), one.expected]);
    }
    bindMachine(world, step, answer);
  }
  world.previousHold?.();
  if (one.kind !== 'execution-with-steps' || lastExecutionArn === undefined) return undefined;
  const description = await waitForEnd(world, lastExecutionArn);
  return compareExecution(world, one, lastExecutionArn, description, one.expected);
}

interface Performed {
  answer?: WireAnswer;
  found?: string | undefined;
}

async function perform(world: World, one: Case, step: Step): Promise<Performed> {
  if (step.op === 'sleep') {
    world.previousHold?.();
    await elapse(world, Number(step.request?.['seconds'] ?? 1));
    return {};
  }
  if (step.service === 's3') return readObject(world, step);
  if (step.service !== undefined && step.service !== 'stepfunctions') return {};
  const reading = /^(Describe|List|Get)/.test(step.op);
  // No time passes between two calls of a test; only where an answer is waited for may virtual time go on.
  const release = world.clock.hold();
  const heldUntil = performance.now() + HOLD_MS;
  const deadline = performance.now() + PATIENCE_MS;
  try {
    for (;;) {
      const result = await once(world, one, step);
      if (result.found === undefined || !reading || performance.now() > deadline) return result;
      if (performance.now() > heldUntil) {
        release();
        world.previousHold?.();
      }
      await pause(10);
    }
  } finally {
    afterwards(world, release);
  }
}

/** The hold of one step ends when the next one has begun. */
function afterwards(world: World, release: () => void): void {
  world.previousHold?.();
  world.previousHold = release;
}

async function once(world: World, one: Case, step: Step): Promise<Performed> {
  const expect = resolved(one, step.expect);
  if (step.op === 'GetExecutionHistory' && Array.isArray(expect)) {
    const executionArn = String(world.request(step.request)['executionArn']);
    const events = await historyOf(world, executionArn);
    const order = one.eventOrder ?? 'as-recorded';
    return { found: accept(world, matchEvents(world.tokens, expect, events, order, world.bindings)) };
  }
  const answer = await world.sfn(step.op, step.request);
  return { answer, found: compareAnswer(world, one, step, answer, expect) };
}

function compareAnswer(
  world: World,
  one: Case,
  step: Step,
  answer: WireAnswer,
  expect: Json | undefined,
): string | undefined {
  const { code, message } = errorOf(answer);
  if (step.expectError) {
    if (answer.status === 200)
      return `expected ${JSON.stringify(step.expectError.Error)}, came ${JSON.stringify(answer.body)}`;
    return compare(
      world,
      { Code: code, Message: message },
      { Code: step.expectError.Error.Code, Message: step.expectError.Error.Message },
    );
  }
  if (step.expectErrorSummary) {
    const summary = {
      exception_typename: code,
      exception_value: `An error occurred (${code}) when calling the ${step.op} operation: ${message}`,
    };
    return compare(world, summary, { ...step.expectErrorSummary });
  }
  const exception = step.expectParts?.find(({ path }) => path === '$exception');
  if (exception) {
    const text = `An error occurred (${code}) when calling the ${step.op} operation: ${message}`;
    return compare(world, { exception: text }, { exception: exception.value });
  }
  if (answer.status !== 200) {
    const summary = one.expected.other?.['exception'] as JsonObject | undefined;
    return exceptionOf(world, answer, step.op, summary);
  }
  if (expect !== undefined)
    return accept(world, matchValue(world.tokens, expect, answer.body, world.bindings));
  for (const { path, value } of step.expectParts ?? []) {
    const actual = partAt(answer.body, path);
    const found = accept(
      world,
      matchValue(world.tokens, resolved(one, value)!, actual, world.bindings, path),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `events[-1]`, `description.status` and plain members. */
function partAt(body: Json, path: string): Json | undefined {
  let value: unknown = body;
  for (const [, member, index] of path.matchAll(/([^.[\]]+)|\[(-?\d+)\]/g)) {
    if (member !== undefined) value = (value as JsonObject | undefined)?.[member];
    else value = (value as Json[] | undefined)?.at(Number(index));
  }
  return value as Json | undefined;
}

function resolved(one: Case, expect: Json | undefined): Json | undefined {
  const reference = (expect as JsonObject | undefined | null)?.['$sameAs'];
  return typeof reference === 'string' ? sameAs(one, reference) : expect;
}

/** The test waited: so much virtual time, or wall time, passes. */
async function elapse(world: World, seconds: number): Promise<void> {
  if (world.clock.kind === 'wall') return pause(seconds * 1000);
  await new Promise<void>((resolve) => world.clock.after(seconds * 1000, resolve));
}

async function readObject(world: World, step: Step): Promise<Performed> {
  const request = world.request(step.request);
  const s3 = new S3Client({
    endpoint: world.emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
  });
  try {
    const object = await s3.send(
      new GetObjectCommand({ Bucket: String(request['Bucket']), Key: String(request['Key']) }),
    );
    const body = (await object.Body?.transformToString()) ?? '';
    const { ContentLength, ContentType, ETag } = object;
    const stored = {
      Body: body,
      ContentLength: ContentLength ?? 0,
      ContentType: ContentType ?? '',
      ETag: ETag ?? '',
    };
    return { found: storedDiffers(world, step.expect, stored) };
  } catch (error) {
    return { found: `GetObject ${String(request['Key'])}: ${(error as Error).message}` };
  } finally {
    s3.destroy();
  }
}

/** An execution's name is made up by the service: the next token of its machine's executions stands for it. */
function bindExecution(world: World, executionArn: string, later: unknown): void {
  const [, kind, machine, ...names] =
    /^arn:[^:]*:states:[^:]*:[^:]*:([^:]*):([^:]*):(.*)$/.exec(executionArn) ?? [];
  if (kind === undefined || machine === undefined) return;
  const text = JSON.stringify(later);
  const pattern = new RegExp(
    `:${kind}:([^:"]+):(<[^<>"]*ExecArn[^<>"]*>)(?::(<[^<>"]*ExecArn[^<>"]*>))?`,
    'g',
  );
  for (const [, machinePart = '', ...tokens] of text.matchAll(pattern)) {
    const open = tokens.filter((token) => token !== undefined && !world.bindings.has(token));
    if (open.length === 0 || world.fill(machinePart) !== machine) continue;
    const parts = names.join(':').split(':');
    for (const [i, token] of open.entries()) world.bind(token as string, parts[i] ?? '');
    return;
  }
}

/** `<SM_1>`: the n-th machine of the case has the name it was created with, so there is nothing to learn. */
function bindMachine(world: World, step: Step, answer: WireAnswer | undefined): void {
  if (step.op !== 'CreateStateMachine' || answer?.status !== 200) return;
  const name = String(step.request['name']);
  const { stateMachineArn } = answer.body as { stateMachineArn?: string };
  const actual = stateMachineArn?.split(':')[6];
  if (name in world.tokens.tokens && !world.bindings.has(name) && actual !== undefined)
    world.bind(name, actual);
}

/** How a stored object differs from the recorded one, in the members that the object itself decides. */
function storedDiffers(world: World, recorded: Json | undefined, stored: JsonObject): string | undefined {
  if (!isJsonObject(recorded)) return undefined;
  for (const [member, value] of Object.entries(stored)) {
    const expected = recorded[member];
    if (expected === undefined) continue;
    const found = compare(world, { [member]: value }, { [member]: expected });
    if (found !== undefined) return `GetObject ${found}`;
  }
  return undefined;
}
