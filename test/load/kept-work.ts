/**
 * Clients of a `cosmicai up` that is killed again and again: each notes what was acknowledged, and the check after the
 * last start finds what was lost. What got no answer may or may not have taken place.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Random, seededRandom } from '../../harness/core/random.ts';
import { NoAnswer, type UpProcess } from './up-process.ts';

const BUCKET = 'kept';
const ACTIVITY = 'arn:aws:states:us-east-1:000000000000:activity:work';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:';
const ROLE = 'arn:aws:iam::000000000000:role/load';
const CHILDREN = 12;

const pass = { Type: 'Pass', End: true };
/** Their outcome does not depend on when the emulator was killed. */
const DEFINITIONS = {
  steps: {
    StartAt: 'A',
    States: {
      A: {
        Type: 'Pass',
        Parameters: { 'n.$': '$.n', 'id.$': 'States.UUID()' },
        ResultPath: '$.a',
        Next: 'W',
      },
      W: { Type: 'Wait', Seconds: 1, Next: 'C' },
      C: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericLessThan: 0, Next: 'F' }], Default: 'M' },
      F: { Type: 'Fail' },
      M: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemProcessor: { StartAt: 'V', States: { V: { Type: 'Wait', Seconds: 1, End: true } } },
        ResultPath: '$.items',
        Next: 'Z',
      },
      Z: { Type: 'Pass', Parameters: { 'n.$': '$.n', 'items.$': '$.items' }, End: true },
    },
  },
  // A task that a worker took and never heard of, as the emulator was killed before its answer, comes again.
  activity: {
    StartAt: 'T',
    States: {
      T: {
        Type: 'Task',
        Resource: ACTIVITY,
        HeartbeatSeconds: 3,
        Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 99 }],
        End: true,
      },
    },
  },
  children: {
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        Label: 'M',
        ItemsPath: '$.items',
        MaxConcurrency: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'W',
          States: { W: { Type: 'Wait', Seconds: 1, Next: 'P' }, P: pass },
        },
        End: true,
      },
    },
  },
  parent: {
    StartAt: 'S',
    States: {
      S: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Parameters: { StateMachineArn: `${MACHINE}steps`, 'Input.$': '$' },
        OutputPath: '$.Output',
        End: true,
      },
    },
  },
} as const;
type Kind = keyof typeof DEFINITIONS;
const KINDS = Object.keys(DEFINITIONS) as Kind[];

interface Started {
  arn: string;
  kind: Kind;
  output: unknown;
}

export interface KeptReport {
  /** Requests that were answered with success. */
  acknowledged: number;
  /** What was acknowledged and is not there, in sentences. */
  lost: string[];
  /** Executions whose history or outcome differs from that of an undisturbed one. */
  different: string[];
  /** Executions that were compared. */
  compared: number;
}

export class KeptWork {
  #up: UpProcess;
  readonly #random: Random;
  readonly #objects = new Map<string, string>();
  readonly #started: Started[] = [];
  /** Answers to tokens that are to be sent until they are acknowledged. */
  readonly #answers = new Map<string, string>();
  readonly #undisturbed = new Map<Kind, string>();
  #acknowledged = 0;
  #refused = 0;
  #number = 0;
  #isStopped = false;
  /** Ends the long polls of workers. */
  #polls = new AbortController();

  constructor(up: UpProcess, seed: string) {
    this.#up = up;
    this.#random = seededRandom(seed);
  }

  /** Makes what the clients use, and runs one execution of each kind that nothing disturbs. */
  async prepare(): Promise<void> {
    await this.#up.request('PUT', `/${BUCKET}`);
    await this.#up.json('states', 'CreateActivity', { name: 'work' });
    for (const name of KINDS) {
      const definition = JSON.stringify(DEFINITIONS[name]);
      const { status, text } = await this.#up.json('states', 'CreateStateMachine', {
        name,
        definition,
        roleArn: ROLE,
      });
      if (status !== 200) throw new Error(text);
    }
    this.#begins();
    const worker = this.#work();
    for (const kind of KINDS) {
      const started = await this.#start(kind);
      await this.#ended(started!.arn);
      this.#undisturbed.set(kind, await this.#shape(started!.arn));
    }
    this.#stop();
    await worker;
  }

  /** Resolves when `more` of what is counted have been added. */
  async until(
    count: (counts: { acknowledged: number; refused: number }) => number,
    more: number,
  ): Promise<void> {
    const now = () => count({ acknowledged: this.#acknowledged, refused: this.#refused });
    for (const wanted = now() + more; now() < wanted; ) await pause(10);
  }

  /** Clients at work while `during` runs. */
  async run(during: () => Promise<void>): Promise<void> {
    this.#begins();
    const clients = [this.#write(), this.#write(), this.#begin(), this.#begin(), this.#work()];
    await during();
    this.#stop();
    await Promise.all(clients);
  }

  /** Finds what was lost, there or in a copy; executions may still run, with the workers that they need. */
  async check(up: UpProcess = this.#up): Promise<KeptReport> {
    const own = this.#up;
    this.#up = up;
    try {
      return await this.#check();
    } finally {
      this.#up = own;
    }
  }

  async #check(): Promise<KeptReport> {
    const lost: string[] = [];
    const different: string[] = [];
    let compared = 0;
    for (const [key, content] of this.#objects) {
      const { status, text } = await this.#up.request('GET', `/${BUCKET}/${key}`);
      if (status !== 200 || text !== content) lost.push(`object ${key}: ${status}`);
    }
    this.#begins();
    const worker = this.#work();
    for (const { arn, kind, output } of this.#started) {
      const ended = await this.#ended(arn);
      if (ended === undefined) {
        lost.push(`execution ${arn}`);
        continue;
      }
      compared++;
      if (ended.status !== 'SUCCEEDED' || !isDeepStrictEqual(output, JSON.parse(ended.output)))
        different.push(`${kind} ${arn}: ${ended.status} ${ended.output}, not ${JSON.stringify(output)}`);
      else if (kind !== 'activity') {
        const [shape, undisturbed] = [await this.#shape(arn), this.#undisturbed.get(kind)];
        if (shape !== undisturbed) different.push(`${kind} ${arn}:\n${shape}\nnot\n${undisturbed}`);
      }
    }
    this.#stop();
    await worker;
    return { acknowledged: this.#acknowledged, lost, different, compared };
  }

  #begins(): void {
    this.#isStopped = false;
    this.#polls = new AbortController();
  }

  #stop(): void {
    this.#isStopped = true;
    this.#polls.abort();
  }

  /** Repeats `once` while the emulator answers. */
  async #repeat(once: () => Promise<void>): Promise<void> {
    while (!this.#isStopped) {
      try {
        await once();
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        await pause(20);
      }
    }
  }

  #write(): Promise<void> {
    return this.#repeat(async () => {
      const key = `object-${++this.#number}`;
      const content = `content ${key} `.repeat(1 + Math.floor(this.#random.next() * 200));
      const { status } = await this.#up.request('PUT', `/${BUCKET}/${key}`, { body: content });
      if (status !== 200) {
        this.#refused++;
        return pause(20);
      }
      this.#acknowledged++;
      this.#objects.set(key, content);
      await pause(5);
    });
  }

  #begin(): Promise<void> {
    return this.#repeat(async () => {
      await this.#start(KINDS[Math.floor(this.#random.next() * KINDS.length)]!);
      await pause(30);
    });
  }

  async #start(kind: Kind): Promise<Started | undefined> {
    const n = ++this.#number;
    const items = Array.from({ length: kind === 'children' ? CHILDREN : 3 }, (_, i) => i);
    const input = { n, items };
    const { executionArn, status } = await this.#up.json<{ executionArn: string }>(
      'states',
      'StartExecution',
      {
        stateMachineArn: `${MACHINE}${kind}`,
        input: JSON.stringify(input),
      },
    );
    if (status !== 200) {
      this.#refused++;
      await pause(20);
      return undefined;
    }
    this.#acknowledged++;
    const output = { steps: input, parent: input, children: items, activity: { done: n } }[kind];
    const started = { arn: executionArn, kind, output };
    this.#started.push(started);
    return started;
  }

  /** A worker of the activity: it sends every answer until it is acknowledged, or was before. */
  #work(): Promise<void> {
    const poll = this.#repeat(async () => {
      const { taskToken, input } = await this.#up.json<{ taskToken?: string; input: string }>(
        'states',
        'GetActivityTask',
        { activityArn: ACTIVITY },
        this.#polls.signal,
      );
      if (taskToken)
        this.#answers.set(taskToken, JSON.stringify({ done: (JSON.parse(input) as { n: number }).n }));
    });
    const answer = this.#repeat(async () => {
      await pause(50);
      for (const [taskToken, output] of this.#answers) {
        const { status } = await this.#up.json('states', 'SendTaskSuccess', { taskToken, output });
        if (status === 200) this.#acknowledged++;
        // 400: acknowledged before, by an answer that was lost.
        if (status === 200 || status === 400) this.#answers.delete(taskToken);
      }
    });
    return Promise.all([poll, answer]).then(() => {});
  }

  /** How an execution ended; undefined when it is not known. */
  async #ended(executionArn: string): Promise<{ status: string; output: string } | undefined> {
    for (;;) {
      const { status, text } = await this.#up.request(
        'POST',
        '/',
        statesRequest('DescribeExecution', { executionArn }),
      );
      if (status !== 200) return undefined;
      const described = JSON.parse(text) as { status: string; output?: string };
      if (described.status !== 'RUNNING')
        return { status: described.status, output: described.output ?? 'null' };
      await pause(50);
    }
  }

  /** Types of the events of a history, and what each follows; branches of Maps may take turns differently. */
  async #shape(executionArn: string): Promise<string> {
    const { events } = await this.#up.json<{
      events: { id: number; previousEventId: number; type: string }[];
    }>('states', 'GetExecutionHistory', { executionArn, maxResults: 1000 });
    const typeOf = new Map(events.map(({ id, type }) => [id, type]));
    return events
      .map(({ type, previousEventId }) => `${typeOf.get(previousEventId) ?? ''} > ${type}`)
      .sort()
      .join('\n');
  }
}

const statesRequest = (operation: string, input: object): RequestInit => ({
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AWSStepFunctions.${operation}`,
    authorization:
      'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0',
  },
  body: JSON.stringify(input),
});

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
