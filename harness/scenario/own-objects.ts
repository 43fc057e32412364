/**
 * Objects that a run puts into an account that others work in: it never replaces or deletes one that it has not put
 * itself, and removes its own in the end.
 */
import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { ExitCode, HarnessError } from '../core/errors.ts';

/** Members of the inputs that are looked at. */
interface ObjectInput {
  Bucket?: string;
  Key?: string;
  IfNoneMatch?: string;
}

/** Most keys that DeleteObjects takes. */
const DELETED_AT_ONCE = 1000;

export class OwnObjects {
  readonly #keys = new Map<string, Set<string>>();

  /** Makes a client refuse to touch what is not the run's own. */
  guard(s3: S3Client): void {
    s3.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const input = args.input as ObjectInput;
          if (commandName === 'CreateBucketCommand') {
            throw refused(
              `needs the bucket ${input.Bucket}, which does not exist`,
              'Correct the name, or map it under "buckets".',
            );
          }
          if (commandName === 'DeleteObjectCommand' && !this.#has(input)) throw notItsOwn('delete', input);
          if (commandName !== 'PutObjectCommand' || this.#has(input)) return next(args);
          try {
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
            const answer = await next({
              ...args,
              input: { ...input, IfNoneMatch: '*' } as typeof args.input,
            });
            this.#keysOf(input.Bucket!).add(input.Key!);
            return answer;
          } catch (error) {
            if ((error as Error).name !== 'PreconditionFailed') throw error;
            throw notItsOwn('replace', input);
          }
        },
      { step: 'initialize', name: 'onlyOwnObjects' },
    );
  }

  /** Removes what the run has put, and everything below `prefix` in these buckets. */
  async removeAll(s3: S3Client, buckets: Iterable<string>, prefix: string): Promise<void> {
    const waiting = new Map([...this.#keys].map(([bucket, keys]) => [bucket, new Set(keys)]));
    for (const Bucket of new Set(buckets)) {
      const keys = waiting.get(Bucket) ?? new Set<string>();
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: prefix }))
        for (const { Key } of Contents) if (Key !== undefined) keys.add(Key);
      waiting.set(Bucket, keys);
    }
    for (const [Bucket, keys] of waiting) {
      const all = [...keys].map((Key) => ({ Key }));
      for (let from = 0; from < all.length; from += DELETED_AT_ONCE) {
        const Objects = all.slice(from, from + DELETED_AT_ONCE);
        await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      }
    }
    this.#keys.clear();
  }

  #has({ Bucket = '', Key = '' }: ObjectInput): boolean {
    return this.#keys.get(Bucket)?.has(Key) ?? false;
  }

  #keysOf(bucket: string): Set<string> {
    const keys = this.#keys.get(bucket) ?? new Set();
    this.#keys.set(bucket, keys);
    return keys;
  }
}

const notItsOwn = (verb: string, { Bucket, Key }: ObjectInput) =>
  refused(
    `would ${verb} s3://${Bucket}/${Key}, which it has not put itself`,
    'Give the scenario keys of its own.',
  );

const refused = (what: string, remedy: string) =>
  new HarnessError('not-own-object', `the scenario ${what}`, { exitCode: ExitCode.inputWrong, remedy });
