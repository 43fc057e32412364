/**
 * Amazon Resource Names, taken apart in one way for all services.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */

export interface Arn {
  /** `aws`, `aws-cn`, `aws-us-gov` ... */
  partition: string;
  /** `lambda`, `states` ... */
  service: string;
  /** Empty for global resources. */
  region: string;
  /** Twelve digits; empty for S3. */
  accountId: string;
  /** All that follows, colons included: `function:name:alias`. */
  resource: string;
}

/** The parts of an ARN; undefined for a text that is none. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition = '', service = '', region, accountId, ...resource] = text.split(':');
  if (prefix !== 'arn' || partition === '' || service === '' || resource.length === 0) return undefined;
  return { partition, service, region: region!, accountId: accountId!, resource: resource.join(':') };
}

export const formatArn = ({ partition, service, region, accountId, resource }: Arn): string =>
  `arn:${partition}:${service}:${region}:${accountId}:${resource}`;

/** The partition of a region. Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
