/**
 * The emulator's boundaries during one run: which events functions are given, what they answer, which objects they leave
 * and what the platform records of them. Observes all of it, and injects one defect.
 *
 * Objects are looked at when an invocation has ended and before its caller hears of it, so that what runs next finds
 * them changed.
 */
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Backend, InvocationBoundary } from '../backends/backend.ts';
import { type AwsClients, clientsFor } from '../deploy/aws-access.ts';
import type { TableCodec } from '../scenario/pack-run.ts';
import type { BoundaryName } from './catalogue.ts';
import { isContentChange } from './catalogue.ts';
import { contentChanges } from './change-content.ts';
import { parsed } from './decode-content.ts';
import type { Mutant, Observed } from './mutants.ts';
import { kindOf, ObjectWatch } from './object-watch.ts';
import { changeRecord, printReports } from './platform-defects.ts';

interface Ended {
  payload: string;
  isError: boolean;
}

export class Boundary implements InvocationBoundary {
  readonly observed: Observed = { events: new Map(), results: new Map(), objects: new Map() };
  readonly #mutant: Mutant | undefined;
  readonly #tables: TableCodec | undefined;
  #clients: AwsClients | undefined;
  #objects: ObjectWatch | undefined;
  #final: Promise<Map<string, string[]>> | undefined;
  /** Keys of objects by kind, in the order of arrival. */
  readonly #keys = new Map<string, string[]>();
  #isInjected = false;
  #running = 0;
  /** Of the last invocation, on the emulator's clock. */
  #endedAtMs = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(tables: TableCodec | undefined, mutant?: Mutant) {
    this.#tables = tables;
    this.#mutant = mutant;
  }

  /** Whether the defect found its place in the run. */
  get isInjected(): boolean {
    return this.#isInjected;
  }

  /** What the run left in S3, by kind of key. Only after the run. */
  finalObjects(): Promise<Map<string, string[]>> {
    return this.#final ?? Promise.resolve(new Map());
  }

  /** The same backend with this boundary in it. */
  within(backend: Backend): Backend {
    return {
      ...backend,
      start: async (options) => {
        const running = await backend.start({ ...options, boundary: this });
        const clients = clientsFor(running.access);
        this.#clients = clients;
        this.#objects = new ObjectWatch(clients.s3);
        return {
          ...running,
          stop: async () => {
            this.#final = this.#objects!.final();
            // Whoever asks for it gets the error.
            await this.#final.catch(() => {});
            clients.close();
            await running.stop();
          },
        };
      },
    };
  }

  async around<Result extends Ended>(
    functionName: string,
    event: string,
    run: (event: string) => Promise<Result>,
  ): Promise<Result> {
    const given = await this.#inTurn(() => this.#before(functionName, event));
    let result: Result;
    try {
      if (given.twice) await run(given.event);
      result = await run(given.event);
    } finally {
      this.#running--;
    }
    return this.#inTurn(() => this.#after(functionName, result));
  }

  ended<One extends Parameters<InvocationBoundary['ended']>[0]>(ended: One): One {
    this.#endedAtMs = ended.endedAtMs;
    const mutant = this.#mutant;
    if (mutant?.boundary !== 'platform' || mutant.site !== ended.functionName) return ended;
    if (this.#isInjected && !mutant.always) return ended;
    this.#isInjected = true;
    return changeRecord(mutant.change, ended);
  }

  async #before(functionName: string, event: string): Promise<{ event: string; twice: boolean }> {
    // What appears while no function runs was not written by one: the dataset, results of Map Runs.
    if (this.#running === 0) await this.#objects!.changed();
    this.#running++;
    const { mutant, others, previous } = this.#at('event', functionName, this.observed.events, event);
    const twice = mutant?.change === 'duplicate';
    const changed =
      mutant?.change === 'swap' ? others[0] : mutant?.change === 'previous' ? previous : undefined;
    if (twice || (changed !== undefined && changed !== event)) this.#isInjected = true;
    return { event: changed ?? event, twice };
  }

  async #after<Result extends Ended>(functionName: string, result: Result): Promise<Result> {
    await this.#lookAtObjects();
    const platform = this.#mutant;
    if (platform?.change === 'printedFigures' && platform.site === functionName)
      await printReports(this.#clients!.logs, { functionName, endedAtMs: this.#endedAtMs });
    if (result.isError) return result;
    const { mutant, text } = this.#changedAt('result', functionName, this.observed.results, result.payload);
    const changed = mutant?.change === 'drop' ? 'null' : text;
    if (changed === undefined) return result;
    this.#isInjected = true;
    return { ...result, payload: parsed(changed) === undefined ? JSON.stringify(changed) : changed };
  }

  async #lookAtObjects(): Promise<void> {
    const objects = this.#objects!;
    for (const { bucket, key } of await objects.changed()) {
      const { text, contentType } = await objects.read(bucket, key);
      const kind = kindOf(bucket, key);
      const keys = this.#keys.get(kind) ?? [];
      const {
        mutant,
        text: changed,
        others,
        previous,
      } = this.#changedAt('object', kind, this.observed.objects, text);
      this.#keys.set(kind, [...keys, key]);
      if (!mutant) continue;
      const put = (to: string, body: string, type = contentType) => this.#put(bucket, to, body, type);
      if (mutant.change === 'drop') await this.#drop(bucket, key);
      else if (mutant.change === 'duplicate') await put(copyOf(key), text);
      else if (mutant.change === 'contentType')
        await put(key, text, contentType.startsWith('text/html') ? 'application/json' : 'text/html');
      else if (mutant.change === 'previous') {
        if (previous !== undefined && previous !== text) await put(key, previous);
      } else if (changed !== undefined) {
        await put(key, changed);
        // Both of two items that are exchanged are wrong.
        const first = this.observed.objects.get(kind)!.indexOf(others[0] ?? '');
        if (mutant.change === 'swap' && first >= 0 && keys[first] !== key) await put(keys[first]!, text);
      }
    }
  }

  #changedAt(boundary: BoundaryName, site: string, seen: Map<string, string[]>, text: string) {
    const found = this.#at(boundary, site, seen, text);
    const { mutant, others, index } = found;
    if (!mutant || !isContentChange(mutant.change)) return { ...found, text: undefined };
    const { unstable, earlier } = mutant;
    const context = {
      other: others[0],
      first: seen.get(site)![0],
      earlier: earlier[index],
      unstable,
      tables: this.#tables,
    };
    return { ...found, text: contentChanges[mutant.change](text, context) };
  }

  /** The mutant if this is its place, and what was seen there before. */
  #at(boundary: BoundaryName, site: string, seen: Map<string, string[]>, text: string) {
    const before = seen.get(site) ?? [];
    seen.set(site, [...before, text]);
    const { length: index } = before;
    const mutant = this.#mutant;
    const isMeant =
      mutant?.boundary === boundary && mutant.site === site && (mutant.always || !this.#isInjected);
    return {
      mutant: isMeant ? mutant : undefined,
      others: before.filter((one) => one !== text),
      previous: before.at(-1),
      index,
    };
  }

  async #put(Bucket: string, Key: string, body: string, ContentType: string): Promise<void> {
    const Body = Buffer.from(body, 'latin1');
    const { ETag } = await this.#clients!.s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
    this.#objects!.expect(Bucket, Key, ETag!);
    this.#isInjected = true;
  }

  async #drop(Bucket: string, Key: string): Promise<void> {
    await this.#clients!.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    this.#isInjected = true;
  }

  /** One at a time, so that what is seen before what is one order. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}

/** `results/1.json` as a client that tries again under a new name would call it. */
function copyOf(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  const dot = name.indexOf('.');
  return dot <= 0 ? `${key}-copy` : `${key.slice(0, key.length - name.length + dot)}-copy${name.slice(dot)}`;
}
