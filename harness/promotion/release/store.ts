/** The releases bucket: artifacts, evidence and blueprints under their digests, and the journal. */
import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { unlessNotFound } from '../../deploy/resources/resource-driver.ts';
import { type Blueprint, releaseId } from './blueprint.ts';
import { EMPTY_JOURNAL, type Journal, journalSchema } from './journal.ts';

/** The journal as it was read; `etag` is absent before the first write. */
export interface OpenJournal {
  journal: Journal;
  etag?: string;
}

export interface ReleaseStore {
  readJournal(): Promise<OpenJournal>;
  /** @throws HarnessError `release-contended` when it was written since it was read */
  writeJournal(open: OpenJournal, journal: Journal): Promise<OpenJournal>;
  readBlueprint(release: string): Promise<Blueprint>;
  writeBlueprint(blueprint: Blueprint): Promise<void>;
  writeEvidence(text: string): Promise<void>;
  readEvidence(sha256: string): Promise<string>;
}

const ROOT = 'cosmicai';

/** Key of a zip. */
export const artifactKey = (sha256Hex: string): string => `${ROOT}/artifacts/sha256/${sha256Hex}.zip`;

export function releaseStore(s3: S3Client, bucket: string, prefix: string): ReleaseStore {
  const journalKey = `${ROOT}/${prefix}/journal.json`;
  const blueprintKey = (release: string) => `${ROOT}/${prefix}/releases/${release}.json`;
  const evidenceKey = (sha256: string) => `${ROOT}/evidence/sha256/${sha256}.json`;
  const read = async (key: string) => {
    const answer = await unlessNotFound(s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
    return answer && { text: await answer.Body!.transformToString(), etag: answer.ETag };
  };
  const need = async (key: string) => {
    const found = await read(key);
    if (found) return found.text;
    throw new HarnessError('release-lost', `s3://${bucket}/${key} is gone`, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'restore it from the versions of the bucket, or promote the release anew',
    });
  };
  const changed = (key: string) =>
    new HarnessError('release-damaged', `s3://${bucket}/${key} is not what its name says: it was changed`, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'restore it from the versions of the bucket',
    });
  return {
    async readJournal() {
      const found = await read(journalKey);
      if (!found) return { journal: EMPTY_JOURNAL };
      const parsed = journalSchema.safeParse(JSON.parse(found.text));
      if (parsed.success) return { journal: parsed.data, ...(found.etag ? { etag: found.etag } : {}) };
      throw new HarnessError('journal-unreadable', `s3://${bucket}/${journalKey} is no journal of releases`, {
        exitCode: ExitCode.environmentFailed,
        remedy: 'restore it from the versions of the bucket; it may be of a newer version of this tool',
      });
    },
    async writeJournal({ etag }, journal) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: journalKey,
        Body: `${JSON.stringify(journal, null, 2)}\n`,
        ContentType: 'application/json',
        ...(etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag }),
      });
      const answer = await s3.send(command).catch((error: Error) => {
        if (error.name !== 'PreconditionFailed' && error.name !== 'ConditionalRequestConflict') throw error;
        throw new HarnessError('release-contended', `another release to ${prefix} is under way`, {
          exitCode: ExitCode.environmentFailed,
          remedy: 'see "cosmicai releases", and apply again once the other has ended',
          cause: error,
        });
      });
      return { journal, ...(answer.ETag ? { etag: answer.ETag } : {}) };
    },
    async readBlueprint(wanted) {
      const { release, ...rest } = JSON.parse(await need(blueprintKey(wanted))) as Blueprint;
      if (release !== wanted || releaseId(rest) !== release) throw changed(blueprintKey(wanted));
      return { release, ...rest };
    },
    writeBlueprint: (blueprint) =>
      putOnce(s3, bucket, blueprintKey(blueprint.release), Buffer.from(JSON.stringify(blueprint))),
    writeEvidence: (text) => putOnce(s3, bucket, evidenceKey(sha256Hex(text)), Buffer.from(text)),
    async readEvidence(sha256) {
      const text = await need(evidenceKey(sha256));
      if (sha256Hex(text) !== sha256) throw changed(evidenceKey(sha256));
      return text;
    },
  };
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Puts an object whose key is its identity, unless it is there. S3 itself checks the bytes against their SHA-256
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).
 */
export async function putOnce(s3: S3Client, bucket: string, key: string, body: Uint8Array): Promise<void> {
  const sha256 = createHash('sha256').update(body).digest('base64');
  const head = new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' });
  const present = await unlessNotFound(s3.send(head));
  if (present?.ChecksumSHA256 === sha256) return;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ChecksumSHA256: sha256 }));
}
