/**
 * What a bucket's journal holds. Every record states an absolute outcome, never a difference, so that replaying
 * a record twice leaves the same state: compaction relies on it.
 */
import type { Json } from '../../../../core/json.ts';
import type { ChecksumAlgorithm, DigestAlgorithm } from '../checksums/algorithms.ts';

/** A piece of an object's content: a whole blob. An object of one PUT has one, of a multipart upload one a part. */
export interface Segment {
  blob: string;
  sizeBytes: number;
  /** Of its bytes, in base64: the one that S3 answers or the client sent. Absent for files that were adopted. */
  checksum?: { algorithm: DigestAlgorithm; value: string };
}

/** A checksum kept with an object, base64 as on the wire (`-N` appended when composite). */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** A part as its object remembers it, for `partNumber` reads and GetObjectAttributes. */
interface CompletedPart {
  number: number;
  sizeBytes: number;
  checksum?: string;
}

/** What the client gave with an object beside its content. */
export interface ObjectProperties {
  contentType: string;
  /** System headers as given, by wire name (`cache-control`, `content-encoding` ...). */
  headers?: { readonly [name: string]: string };
  /** User metadata without the `x-amz-meta-` prefix, lower case. */
  metadata?: { readonly [name: string]: string };
  storageClass?: string;
  tags?: readonly Tag[];
  /** Who may do what, where the bucket takes lists; without one, the owner alone. */
  acl?: AccessControl;
  /** `AES256` is what AWS applies by itself; others are kept and returned. */
  encryption?: { algorithm: string; keyId?: string; bucketKey?: true };
  /** MD5 of the key a customer encrypts with, base64. */
  customerKeyMd5?: string;
  retention?: Retention | undefined;
  legalHold?: 'ON' | 'OFF';
}

/** Until when a version may not be deleted, and how strictly. */
export interface Retention {
  mode: 'GOVERNANCE' | 'COMPLIANCE';
  untilMs: number;
}

/** A canned list's name, the grants of a request's headers, or a document as given. */
export type AccessControl = { canned: string } | { grants: readonly Grant[] } | { document: string };

/** `type` says what `value` is. */
export interface Grant {
  type: 'id' | 'uri' | 'emailAddress';
  value: string;
  permission: string;
}

export interface Tag {
  key: string;
  value: string;
}

/** One version of an object; `null` is the version id of what was written without versioning. */
export interface ObjectVersion extends ObjectProperties {
  key: string;
  versionId: string;
  lastModifiedMs: number;
  sizeBytes: number;
  /** Without quotes: MD5 in hex, `-N` appended for a multipart upload of N parts. */
  etag: string;
  segments: readonly Segment[];
  checksum?: Checksum;
  parts?: readonly CompletedPart[];
  /** The multipart upload that made it: a completion sent again is answered as the first. */
  uploadId?: string;
  /** Until when a copy of what lies in an archive can be read. */
  restoredUntilMs?: number;
  deleteMarker?: true;
}

/** A multipart upload in progress. */
export interface Upload extends ObjectProperties {
  uploadId: string;
  key: string;
  initiatedMs: number;
  /** The key had an object when the upload began: a condition that it has none comes too late. */
  keyExisted?: true;
  checksum?: { algorithm: ChecksumAlgorithm; type: Checksum['type'] };
}

/** An uploaded part. */
export interface Part {
  number: number;
  sizeBytes: number;
  etag: string;
  /** Absent when empty. */
  segment?: Segment;
  lastModifiedMs: number;
  checksum?: { algorithm: ChecksumAlgorithm; value: string };
}

export type BucketRecord =
  | { op: 'bucket'; name: string; region: string; createdMs: number; ownerAccountId?: string }
  | { op: 'config'; name: string; value: Json | null }
  | { op: 'put'; object: ObjectVersion; uploadId?: string }
  | { op: 'remove'; key: string; versionId: string }
  | { op: 'tags'; key: string; versionId: string; tags: readonly Tag[] }
  | { op: 'acl'; key: string; versionId: string; acl: AccessControl }
  | { op: 'retention'; key: string; versionId: string; retention: Retention | null }
  | { op: 'restore'; key: string; versionId: string; restoredUntilMs: number }
  | { op: 'legal-hold'; key: string; versionId: string; legalHold: 'ON' | 'OFF' }
  | { op: 'upload'; upload: Upload }
  | { op: 'part'; uploadId: string; part: Part }
  | { op: 'abort'; uploadId: string };
