/** Objects of a run: what appeared since they were looked at last, and what is there in the end. */

import {
  GetObjectCommand,
  ListBucketsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { withoutRunIds } from './leaves.ts';

export interface SeenObject {
  bucket: string;
  key: string;
  etag: string;
}

/** Larger objects are told apart by their ETags alone. */
const READ_UP_TO_BYTES = 16_000_000;

/** Keys that differ in numbers, run ids and UUIDs alone are of one kind: `s3://out/results/*.json`. */
export const kindOf = (bucket: string, key: string): string =>
  `s3://${bucket}/${key.replace(/[^/]*\d{8}[T-]\d{6}[^/]*|[0-9a-f]{8}-[0-9a-f-]{27}|\d+/gi, '*')}`;

export class ObjectWatch {
  readonly #s3: S3Client;
  readonly #seen = new Map<string, string>();
  /** Before anything ran. */
  #initial: ReadonlyMap<string, string> | undefined;

  constructor(s3: S3Client) {
    this.#s3 = s3;
  }

  /** Objects that are new or changed since the last call, in the order of their keys. */
  async changed(): Promise<SeenObject[]> {
    const changed: SeenObject[] = [];
    for (const one of await this.#list()) {
      const { bucket, key, etag } = one;
      if (this.#seen.get(`${bucket}/${key}`) === etag) continue;
      this.#seen.set(`${bucket}/${key}`, etag);
      changed.push(one);
    }
    this.#initial ??= new Map(this.#seen);
    return changed;
  }

  /** Content that is written in the place of a function's is not looked at again. */
  expect(bucket: string, key: string, etag: string): void {
    this.#seen.set(`${bucket}/${key}`, etag);
  }

  /** Contents of everything that was not there before the run, by key without what belongs to the run alone. */
  async final(): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    for (const { bucket, key, etag, sizeBytes } of await this.#list()) {
      if (this.#initial?.get(`${bucket}/${key}`) === etag) continue;
      const name = withoutRunIds(`s3://${bucket}/${key}`);
      const { text, contentType } =
        sizeBytes > READ_UP_TO_BYTES ? { text: etag, contentType: '' } : await this.read(bucket, key);
      found.set(name, [...(found.get(name) ?? []), text]);
      const types = `${name} content type`;
      found.set(types, [...(found.get(types) ?? []), JSON.stringify(contentType)]);
    }
    return found;
  }

  /** Content as latin1 text, one character per byte. */
  async read(bucket: string, key: string): Promise<{ text: string; contentType: string }> {
    const { Body, ContentType = '' } = await this.#s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key }),
    );
    const bytes = await Body!.transformToByteArray();
    return { text: Buffer.from(bytes).toString('latin1'), contentType: ContentType };
  }

  async #list(): Promise<(SeenObject & { sizeBytes: number })[]> {
    const found: (SeenObject & { sizeBytes: number })[] = [];
    const { Buckets = [] } = await this.#s3.send(new ListBucketsCommand({}));
    for (const { Name: bucket = '' } of Buckets)
      for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#s3 }, { Bucket: bucket }))
        for (const { Key: key = '', ETag: etag = '', Size: sizeBytes = 0 } of Contents)
          found.push({ bucket, key, etag, sizeBytes });
    return found;
  }
}
