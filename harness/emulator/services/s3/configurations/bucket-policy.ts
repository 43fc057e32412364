/**
 * A bucket's policy, and what S3 looks at before it takes one.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html, and answers of AWS:
 * `Missing required field Principal`, `Action does not apply to any resource(s) in statement` ...
 */

import type { GetBucketPolicyStatusCommandInput } from '@aws-sdk/client-s3';
import { isJsonObject, type JsonObject } from '../../../../core/json.ts';
import { isPublicPolicy } from '../../iam/policy/resource-policy.ts';
import { s3Operation } from '../context.ts';
import { malformedPolicy, noSuchConfiguration } from '../errors.ts';
import { s3Response } from '../objects/list-parameters.ts';
import { onBucket } from '../permissions.ts';
import type { Bucket } from '../store/bucket.ts';

/** @throws AwsError NoSuchBucketPolicy */
export function bucketPolicyText(bucket: Bucket): string {
  const text = bucket.config('policy');
  if (typeof text === 'string') return text;
  throw noSuchConfiguration('NoSuchBucketPolicy', 'The bucket policy does not exist', bucket.name);
}

/** @throws AwsError MalformedPolicy */
export function checkBucketPolicy(text: string, bucket: string): void {
  const document = parse(text);
  if (document['Statement'] === undefined) throw malformedPolicy('Missing required field Statement');
  const statements = Array.isArray(document['Statement']) ? document['Statement'] : [document['Statement']];
  if (statements.length === 0) throw malformedPolicy('Could not parse the policy: Statement is empty!');
  for (const statement of statements) {
    if (!isJsonObject(statement)) throw malformedPolicy('Policy has invalid statement');
    checkStatement(statement, bucket);
  }
}

function parse(text: string): JsonObject {
  // AWS looks at the first byte: white space before the document is no policy.
  if (!text.startsWith('{')) throw malformedPolicy();
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Told below.
  }
  throw malformedPolicy();
}

function checkStatement(statement: JsonObject, bucket: string): void {
  const effect = statement['Effect'];
  if (effect === undefined) throw malformedPolicy('Missing required field Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw malformedPolicy(`Invalid effect : ${String(effect)}`);
  for (const [name, opposite] of [
    ['Principal', 'NotPrincipal'],
    ['Action', 'NotAction'],
    ['Resource', 'NotResource'],
  ] as const) {
    if (statement[name] === undefined && statement[opposite] === undefined)
      throw malformedPolicy(`Missing required field ${name}`);
  }
  const principal = statement['Principal'] ?? statement['NotPrincipal'];
  if (principal !== '*' && !isJsonObject(principal)) throw malformedPolicy('Invalid policy syntax.');
  for (const resource of listOf(statement['Resource'] ?? statement['NotResource'])) {
    if (typeof resource !== 'string' || !concerns(resource, bucket))
      throw malformedPolicy('Policy has invalid resource');
  }
  for (const action of listOf(statement['Action'] ?? statement['NotAction'])) {
    if (typeof action !== 'string' || !/^(?:\*|s3:[A-Za-z*?]+)$/i.test(action))
      throw malformedPolicy('Policy has invalid action');
  }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** A bucket's policy speaks of the bucket and what is in it; `*` may stand for part of its name. */
function concerns(resource: string, bucket: string): boolean {
  const name = /^arn:(?:aws|aws-cn|aws-us-gov|\*):s3:::([^/]*)/.exec(resource)?.[1];
  if (name === undefined) return false;
  if (!/[*?$]/.test(name)) return name === bucket;
  const fixed = name.split(/[*?$]/)[0]!;
  return bucket.startsWith(fixed);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export const getBucketPolicyStatus = s3Operation<GetBucketPolicyStatusCommandInput>({
  name: 'GetBucketPolicyStatus',
  permission: onBucket('GetBucketPolicyStatus'),
  handle: (context, { Bucket }) =>
    s3Response('PolicyStatus', { IsPublic: isPublicPolicy(bucketPolicyText(context.buckets.get(Bucket))) }),
});
