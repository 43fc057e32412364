/**
 * The Resource of a Task, taken apart.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
 */

/** How long the Task waits: for the answer, for the job, or for a callback with its token. */
type Pattern = 'request' | 'sync' | 'sync:2' | 'waitForTaskToken';

export type TaskResource =
  | { kind: 'function'; arn: string }
  | { kind: 'activity'; arn: string }
  /** `arn:aws:states:::lambda:invoke.waitForTaskToken`: service `lambda`, action `invoke`. */
  | { kind: 'service'; service: string; action: string; pattern: Pattern }
  /** `arn:aws:states:::aws-sdk:s3:getObject`: service `s3`, action `getObject`. */
  | { kind: 'aws-sdk'; service: string; action: string; pattern: Pattern }
  | { kind: 'unknown'; arn: string };

const PATTERN = /\.(sync:2|sync|waitForTaskToken)$/;

const known = new Map<string, TaskResource>();

/** Takes a Resource apart; results are kept, as a machine has few of them. */
export function parseResource(arn: string): TaskResource {
  let resource = known.get(arn);
  if (!resource) {
    resource = parse(arn);
    if (known.size > 1_000) known.clear();
    known.set(arn, resource);
  }
  return resource;
}

function parse(arn: string): TaskResource {
  const [prefix, , service, region, , ...rest] = arn.split(':');
  if (prefix !== 'arn' || service === undefined) return { kind: 'unknown', arn };
  if (service === 'lambda') return { kind: 'function', arn };
  if (service !== 'states') return { kind: 'unknown', arn };
  if (rest[0] === 'activity' && region !== '') return { kind: 'activity', arn };
  const found = PATTERN.exec(arn);
  const pattern = (found?.[1] ?? 'request') as Pattern;
  const parts = (found ? arn.slice(0, found.index) : arn).split(':').slice(5);
  if (parts[0] === 'aws-sdk' && parts.length === 3)
    return { kind: 'aws-sdk', service: parts[1]!, action: parts[2]!, pattern };
  if (parts.length === 2) return { kind: 'service', service: parts[0]!, action: parts[1]!, pattern };
  return { kind: 'unknown', arn };
}

/** As a person writes it: `lambda:invoke.waitForTaskToken`, `aws-sdk:s3:getObject`. */
export function shownResource(resource: TaskResource): string {
  if (!('pattern' in resource)) return resource.arn;
  const prefix = resource.kind === 'aws-sdk' ? 'aws-sdk:' : '';
  const suffix = resource.pattern === 'request' ? '' : `.${resource.pattern}`;
  return `${prefix}${resource.service}:${resource.action}${suffix}`;
}
