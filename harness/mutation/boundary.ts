/**
 * The emulator's boundaries during one run: what functions are given, what they answer, which objects they leave and
 * what the platform records of them. Observes all of it, and injects one defect.
 *
 * Objects are looked at when an invocation has ended and before its caller hears of it, so that what runs next finds
 * them changed. Content is handled as latin1 text, one character per byte.
 */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Backend, InvocationBoundary } from '../backends/backend.ts';
import { clientsFor } from '../deploy/aws-access.ts';
import { contentChanges } from './change-content.ts';
import type { Mutant, Observed } from './mutants.ts';

const none = (): Observed => ({ payloads: new Map(), results: new Map(), objects: new Map() });

/** Keys that differ in numbers, run ids and UUIDs alone are of one kind: `s3://out/results/*.json`. */
const kindOf = (bucket: string, key: string): string =>
  `s3://${bucket}/${key.replace(/[^/]*\d{8}[T-]\d{6}[^/]*|[0-9a-f]{8}-[0-9a-f-]{27}|\d+/gi, '*')}`;

export class Boundary implements InvocationBoundary {
  readonly observed = none();
  readonly #mutant: Mutant | undefined;
  #s3: S3Client | undefined;
  /** ETags of objects that no function wrote, or that were looked at already. */
  readonly #seen = new Map<string, string>();
  #isInjected = false;
  #running = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(mutant?: Mutant) {
    this.#mutant = mutant;
  }

  /** Whether the defect found its place in the run. */
  get isInjected(): boolean {
    return this.#isInjected;
  }

  /** The same backend with this boundary in it. */
  within(backend: Backend): Backend {
    return {
      ...backend,
      start: async (options) => {
        const running = await backend.start({ ...options, boundary: this });
        const clients = clientsFor(running.access);
        this.#s3 = clients.s3;
        return {
          ...running,
          stop: async () => {
            clients.close();
            await running.stop();
          },
        };
      },
    };
  }

  before(functionName: string, payload: string): Promise<string> {
    return this.#inTurn(async () => {
      // What appears while no function runs was not written by one: the dataset, results of Map Runs.
      if (this.#running === 0) await this.#changedObjects();
      this.#running++;
      const { mutant, others } = this.#at('payload', functionName, this.observed.payloads, payload);
      if (!mutant || others.length === 0) return payload;
      this.#isInjected = true;
      return others[0]!;
    });
  }

  after(functionName: string, result: string): Promise<string> {
    return this.#inTurn(async () => {
      await this.#lookAtObjects();
      this.#running--;
      const { mutant, others } = this.#at('result', functionName, this.observed.results, result);
      if (!mutant) return result;
      const changed =
        mutant.change === 'drop'
          ? 'null'
          : mutant.change in contentChanges
            ? contentChanges[mutant.change as keyof typeof contentChanges](result, {
                other: others[0],
                unstable: mutant.unstable,
              })
            : undefined;
      if (changed === undefined) return result;
      this.#isInjected = true;
      return isJson(changed) ? changed : JSON.stringify(changed);
    });
  }

  ended<Ended extends Parameters<InvocationBoundary['ended']>[0]>(ended: Ended): Ended {
    // `after` is not called for failures.
    if (ended.status !== undefined) this.#running--;
    const mutant = this.#mutant;
    if (mutant?.boundary !== 'platform' || mutant.site !== ended.functionName) return ended;
    const first = !this.#isInjected;
    this.#isInjected = true;
    if (mutant.change === 'slow') {
      const durationMs = ended.durationMs * 20 + 60_000;
      return { ...ended, durationMs, billedDurationMs: Math.ceil(durationMs) };
    }
    if (mutant.change === 'leak') return { ...ended, maxMemoryUsedMB: ended.memorySizeMB };
    return first ? { ...ended, status: 'error', errorType: 'Error' } : ended;
  }

  /** The mutant if this is its place, and what was seen there before. */
  #at(boundary: Mutant['boundary'], site: string, seen: Map<string, string[]>, text: string) {
    const others = (seen.get(site) ?? []).filter((one) => one !== text);
    seen.set(site, [...(seen.get(site) ?? []), text]);
    const mutant = this.#mutant;
    const isMeant = !this.#isInjected && mutant?.boundary === boundary && mutant.site === site;
    return { mutant: isMeant ? mutant : undefined, others };
  }

  async #lookAtObjects(): Promise<void> {
    const s3 = this.#s3!;
    for (const { bucket, key } of await this.#changedObjects()) {
      const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const text = Buffer.from(await found.Body!.transformToByteArray()).toString('latin1');
      const { mutant, others } = this.#at('object', kindOf(bucket, key), this.observed.objects, text);
      if (!mutant) continue;
      await this.#change(s3, mutant, { bucket, key, text, other: others[0], type: found.ContentType });
    }
  }

  async #change(
    s3: S3Client,
    { change, unstable }: Mutant,
    object: {
      bucket: string;
      key: string;
      text: string;
      other: string | undefined;
      type: string | undefined;
    },
  ): Promise<void> {
    const where = { Bucket: object.bucket, Key: object.key };
    if (change === 'drop') await s3.send(new DeleteObjectCommand(where));
    else {
      const changed = contentChanges[change as keyof typeof contentChanges](object.text, {
        other: object.other,
        unstable,
      });
      if (changed === undefined) return;
      const Body = Buffer.from(changed, 'latin1');
      const { ETag } = await s3.send(new PutObjectCommand({ ...where, Body, ContentType: object.type }));
      this.#seen.set(`${object.bucket}/${object.key}`, ETag!);
    }
    this.#isInjected = true;
  }

  /** Objects that are new or changed since they were looked at last. */
  async #changedObjects(): Promise<{ bucket: string; key: string }[]> {
    const s3 = this.#s3!;
    const changed: { bucket: string; key: string }[] = [];
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    for (const { Name: bucket = '' } of Buckets) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
        for (const { Key: key = '', ETag = '' } of Contents) {
          if (this.#seen.get(`${bucket}/${key}`) === ETag) continue;
          this.#seen.set(`${bucket}/${key}`, ETag);
          changed.push({ bucket, key });
        }
      }
    }
    return changed;
  }

  /** One invocation at a time, so that what is seen before what is one order. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
