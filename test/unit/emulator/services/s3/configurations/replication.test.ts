import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../../../../harness/core/errors.ts';
import { parseXml } from '../../../../../../harness/emulator/http/protocols/xml.ts';
import { checkReplication } from '../../../../../../harness/emulator/services/s3/configurations/replication.ts';
import type { Buckets } from '../../../../../../harness/emulator/services/s3/store/buckets.ts';

const KEY = 'arn:aws:kms:us-east-1:000000000000:key/replica';
const buckets = {
  has: (name: string) => name !== 'none',
  get: (name: string) => ({
    versioning: name === 'plain' ? undefined : 'Enabled',
    region: name === 'west' ? 'us-west-2' : 'us-east-1',
  }),
} as unknown as Buckets;

/** A rule of the newer schema, or with `older` of the one that has a Prefix in place of a Filter. */
function rule(parts: { destination?: string; criteria?: string; bucket?: string; older?: boolean }): string {
  const { destination = '', criteria = '', bucket = 'there', older = false } = parts;
  const scope = older
    ? '<Prefix>logs/</Prefix>'
    : '<Filter><Prefix></Prefix></Filter><Priority>1</Priority><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>';
  return `<Rule><ID>r</ID>${scope}<Status>Enabled</Status>
    <SourceSelectionCriteria>${criteria}</SourceSelectionCriteria>
    <Destination><Bucket>arn:aws:s3:::${bucket}</Bucket>${destination}</Destination></Rule>`;
}

const time = (status: string, minutes: number | string) =>
  `<ReplicationTime><Status>${status}</Status><Time><Minutes>${minutes}</Minutes></Time></ReplicationTime>`;
const metrics = (status: string, minutes?: number | string) =>
  `<Metrics><Status>${status}</Status>${minutes === undefined ? '' : `<EventThreshold><Minutes>${minutes}</Minutes></EventThreshold>`}</Metrics>`;
const sse = (status: string) => `<SseKmsEncryptedObjects><Status>${status}</Status></SseKmsEncryptedObjects>`;
const changes = (status: string) => `<ReplicaModifications><Status>${status}</Status></ReplicaModifications>`;
const encrypted = (key: string) =>
  `<EncryptionConfiguration><ReplicaKmsKeyID>${key}</ReplicaKmsKeyID></EncryptionConfiguration>`;

/** The code and what is said, or nothing where the rules are taken. */
function refusal(...rules: string[]): string | undefined {
  const xml = `<ReplicationConfiguration><Role>arn:aws:iam::000000000000:role/r</Role>${rules.join('')}</ReplicationConfiguration>`;
  try {
    checkReplication(parseXml(xml, 'ReplicationConfiguration')!, buckets);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const MALFORMED =
  'MalformedXML: The XML you provided was not well-formed or did not validate against our published schema';
const TIME = 'InvalidArgument: Invalid time minute value';
const EVENT = 'InvalidArgument: Invalid event threshold minute value';
const BOTH =
  'InvalidRequest: Replication destination must contain both ReplicationTime and Metrics or neither.';
const NO_THRESHOLD =
  'InvalidArgument: Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled';
const THRESHOLD = 'InvalidArgument: ReplicationMetrics must contain an event threshold';
const SAME = 'InvalidArgument: ReplicationTime and ReplicationMetrics should have the same status';
const NEEDS_KEY =
  'InvalidRequest: ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.';
const NEEDS_SSE =
  'InvalidRequest: SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.';
const BAD_KEY = 'InvalidArgument: Invalid ReplicaKmsKeyID ARN.';
const KEY_REGION = 'InvalidRequest: KMS key must be in the same region as the destination bucket.';
const VERSIONING = 'InvalidRequest: Destination bucket must have versioning enabled.';
const older = (element: string, space = '') =>
  `InvalidRequest: ${element} cannot be used for this version of the replication configuration schema.${space}Please refer to the S3 Developer Guide for more information.`;

describe('a replication rule', () => {
  it.each([
    ['nothing more', ''],
    ['both, of fifteen minutes', time('Enabled', 15) + metrics('Enabled', 15)],
    ['metrics alone', metrics('Enabled')],
    ['metrics alone, off', metrics('Disabled')],
    ['time off, metrics on', time('Disabled', 15) + metrics('Enabled')],
    ['both off', time('Disabled', 15) + metrics('Disabled', 15)],
  ])('may have %s', (_what, destination) => {
    expect(refusal(rule({ destination }))).toBeUndefined();
  });

  it.each([
    [metrics('On'), MALFORMED],
    [time('enabled', 15) + metrics('Enabled', 15), MALFORMED],
    [time('Enabled', 2 ** 31) + metrics('Enabled', 15), MALFORMED],
    [time('Enabled', 'many') + metrics('Enabled', 15), MALFORMED],
    [time('Enabled', -(2 ** 31)) + metrics('Enabled', 15), TIME],
    [time('Enabled', 10), TIME],
    [time('Enabled', 10) + metrics('Enabled', 10), TIME],
    [time('Disabled', 10) + metrics('Enabled', 15), TIME],
    [time('Enabled', 15) + metrics('Enabled', 10), EVENT],
    [time('Disabled', 15) + metrics('Disabled', 10), EVENT],
    [time('Enabled', 15), BOTH],
    [time('Disabled', 15), BOTH],
    [metrics('Enabled', 15), NO_THRESHOLD],
    [metrics('Disabled', 15), NO_THRESHOLD],
    [time('Disabled', 15) + metrics('Enabled', 10), NO_THRESHOLD],
    [time('Disabled', 15) + metrics('Disabled'), THRESHOLD],
    [time('Enabled', 15) + metrics('Enabled'), THRESHOLD],
    [time('Enabled', 15) + metrics('Disabled', 15), SAME],
  ])('with %s is refused', (destination, expected) => {
    expect(refusal(rule({ destination }))).toBe(expected);
  });

  it.each([
    ['Enabled', KEY, undefined],
    ['Disabled', KEY, undefined],
    ['Enabled', 'arn:aws:kms:us-east-1:abc:alias/', undefined],
    ['Enabled', undefined, NEEDS_KEY],
    [undefined, 'not-a-key', NEEDS_SSE],
    ['Enabled', '', 'InvalidArgument: ReplicaKmsKeyID cannot be empty.'],
    ['Enabled', 'alias/replica', BAD_KEY],
    ['Enabled', 'arn:aws:kms:us-east-1:000000000000:grant/abc', BAD_KEY],
    ['Enabled', 'arn:aws:KMS:us-east-1:000000000000:key/replica', BAD_KEY],
    ['Enabled', 'arn::kms:us-east-1:000000000000:key/replica', BAD_KEY],
    [
      'Enabled',
      'arn:aws-cn:kms:us-west-2:000000000000:key/replica',
      'InvalidRequest: KMS key ARN partition must match the destination bucket ARN partition.',
    ],
    ['Disabled', KEY.replace('us-east-1', 'us-west-2'), KEY_REGION],
    ['Enabled', KEY.replace('us-east-1', ''), KEY_REGION],
  ])('that is to take encrypted objects (%s) by the key %s', (status, key, expected) => {
    const criteria = status === undefined ? '' : sse(status);
    const destination = key === undefined ? '' : encrypted(key);
    expect(refusal(rule({ criteria, destination }))).toBe(expected);
  });

  it('takes a key of the region its destination is in', () => {
    const to = (key: string) =>
      rule({ bucket: 'west', criteria: sse('Enabled'), destination: encrypted(key) });
    expect(refusal(to(KEY))).toBe(KEY_REGION);
    expect(refusal(to(KEY.replace('us-east-1', 'us-west-2')))).toBeUndefined();
  });

  it.each(['plain', 'none'])('does not take the destination %s, which has no versions', (bucket) => {
    expect(refusal(rule({ bucket }))).toBe(VERSIONING);
  });

  it('of the older schema has none of the newer parts, which is looked at last', () => {
    const both = time('Enabled', 15) + metrics('Enabled', 15);
    expect(refusal(rule({ older: true }))).toBeUndefined();
    expect(refusal(rule({ older: true, destination: both }))).toBe(older('ReplicationTime'));
    expect(refusal(rule({ older: true, destination: metrics('Disabled') }))).toBe(older('Metrics'));
    expect(refusal(rule({ older: true, criteria: changes('Disabled'), destination: both }))).toBe(
      older('ReplicaModifications', ' '),
    );
    expect(refusal(rule({ older: true, destination: both }), rule({ bucket: 'plain' }))).toBe(VERSIONING);
  });

  it('is looked at after the schema of all, and one after the other', () => {
    const half = rule({ destination: time('Enabled', 15) });
    expect(refusal(half, rule({ destination: metrics('On') }))).toBe(MALFORMED);
    expect(refusal(half, rule({ bucket: 'plain' }))).toBe(BOTH);
    expect(refusal(rule({ bucket: 'plain' }), half)).toBe(VERSIONING);
  });
});
