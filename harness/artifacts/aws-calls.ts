/**
 * Operations of AWS that code calls, derived from its text: `PutObjectCommand` of the SDK for JavaScript, `put_object` of
 * boto3. What a least policy is derived from. Actions: the Service Authorization Reference,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
import type { ZipEntry } from './zip.ts';

/** Operations whose action has another name, or needs more than one; all others are `service:Operation`. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  ListObjects: ['s3:ListBucket'],
  ListObjectsV2: ['s3:ListBucket'],
  ListObjectVersions: ['s3:ListBucketVersions'],
  HeadBucket: ['s3:ListBucket'],
  HeadObject: ['s3:GetObject', 's3:ListBucket'],
  GetObject: ['s3:GetObject', 's3:ListBucket'],
  GetObjectAttributes: ['s3:GetObject', 's3:GetObjectAttributes'],
  SelectObjectContent: ['s3:GetObject'],
  PutObject: ['s3:PutObject'],
  CopyObject: ['s3:GetObject', 's3:PutObject'],
  DeleteObject: ['s3:DeleteObject'],
  DeleteObjects: ['s3:DeleteObject'],
  CreateMultipartUpload: ['s3:PutObject'],
  UploadPart: ['s3:PutObject'],
  UploadPartCopy: ['s3:GetObject', 's3:PutObject'],
  CompleteMultipartUpload: ['s3:PutObject'],
  AbortMultipartUpload: ['s3:AbortMultipartUpload'],
  ListParts: ['s3:ListMultipartUploadParts'],
  GetObjectTagging: ['s3:GetObjectTagging'],
  PutObjectTagging: ['s3:PutObjectTagging'],
  StartExecution: ['states:StartExecution'],
  StartSyncExecution: ['states:StartSyncExecution'],
  StopExecution: ['states:StopExecution'],
  DescribeExecution: ['states:DescribeExecution'],
  GetExecutionHistory: ['states:GetExecutionHistory'],
  ListExecutions: ['states:ListExecutions'],
  SendTaskSuccess: ['states:SendTaskSuccess'],
  SendTaskFailure: ['states:SendTaskFailure'],
  SendTaskHeartbeat: ['states:SendTaskHeartbeat'],
  GetActivityTask: ['states:GetActivityTask'],
  Invoke: ['lambda:InvokeFunction'],
  PutMetricData: ['cloudwatch:PutMetricData'],
  GetMetricData: ['cloudwatch:GetMetricData'],
  AssumeRole: ['sts:AssumeRole'],
};

/** Methods that are no operation of their own: transfers of boto3, uploads and paginators of the SDK for JavaScript. */
const COMPOSED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bdownload_fileobj\b|\bdownload_file\b/, ['GetObject', 'HeadObject']],
  [/\bupload_fileobj\b|\bupload_file\b|lib-storage/, ['PutObject', 'AbortMultipartUpload']],
  [/\bpaginateListObjectsV2\b|list_objects_v2|\.objects\.(?:all|filter)\b/, ['ListObjectsV2']],
  [/\.Object\([^)]*\)\.get\(/, ['GetObject']],
  [/\.Object\([^)]*\)\.put\(/, ['PutObject']],
];

const snakeCase = (name: string) => name.replace(/(?<!^)([A-Z])/g, (letter) => `_${letter}`).toLowerCase();
const BY_METHOD = new Map(Object.keys(ACTIONS).map((name) => [snakeCase(name), name]));

/** IAM actions, sorted. Packages are left out: what they can call is not what the function does. */
export function actionsIn(entries: readonly ZipEntry[]): string[] {
  const operations = new Set<string>();
  for (const { name, bytes } of entries) {
    const own = !/(?:^|\/)node_modules\//.test(name) && /\.(?:[cm]?js|py|rb|sh)$/.test(name);
    if (!own) continue;
    const text = Buffer.from(bytes).toString('utf8');
    for (const [, operation] of text.matchAll(/\b([A-Z][A-Za-z0-9]*?)Command\b/g)) operations.add(operation!);
    if (name.endsWith('.py'))
      for (const [, method] of text.matchAll(/(?:\.|['"])([a-z]+(?:_[a-z0-9]+)*)\b/g))
        if (BY_METHOD.has(method!)) operations.add(BY_METHOD.get(method!)!);
    for (const [pattern, names] of COMPOSED)
      if (pattern.test(text)) for (const one of names) operations.add(one);
  }
  return [...new Set([...operations].flatMap((name) => ACTIONS[name] ?? []))].sort();
}

/** Actions of one operation, such as `s3`, `ListObjectsV2`; its own name where the table has none. */
export const actionsOfOperation = (service: string, operation: string): readonly string[] =>
  ACTIONS[operation]?.filter((action) => action.startsWith(`${service}:`)) ?? [`${service}:${operation}`];
