/**
 * Notification configurations: checked as S3 checks them, completed with ids, and kept.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
import { parseArn } from '../../../arn.ts';
import { type XmlNode, xmlElement, xmlElements, xmlNames, xmlText } from '../../../http/protocols/xml.ts';
import { invalidArgument, malformedXml } from '../errors.ts';
import type { ConfigurationCall } from './kind.ts';

const EVENT =
  /^s3:(?:ObjectCreated|ObjectRemoved|ObjectRestore|ObjectTagging|ObjectAcl|Replication|LifecycleExpiration|LifecycleTransition|IntelligentTiering|ReducedRedundancyLostObject|TestEvent)(?::(?:\*|[A-Za-z]+))?$/;

/** Kinds of destinations: their elements, the service in their ARNs, and what S3 calls their argument. */
const DESTINATIONS = [
  { element: 'QueueConfiguration', target: 'Queue', service: 'sqs', argument: 'Queue' },
  { element: 'TopicConfiguration', target: 'Topic', service: 'sns', argument: 'TopicArn' },
  {
    element: 'CloudFunctionConfiguration',
    target: 'CloudFunction',
    service: 'lambda',
    argument: 'LambdaFunctionArn',
  },
] as const;

interface FilterRule {
  name: 'Prefix' | 'Suffix';
  value: string;
}

interface Rule {
  destination: (typeof DESTINATIONS)[number];
  id: string;
  arn: string;
  events: readonly string[];
  /** Undefined where the rule has no Filter element. */
  filter: readonly FilterRule[] | undefined;
}

/**
 * Members of the document to keep: rules without an id get one. Whether queues and topics exist is not checked, since
 * nothing serves them here.
 * @throws AwsError InvalidArgument
 */
export async function completeNotifications(
  document: XmlNode,
  { context, bucket, request }: ConfigurationCall,
): Promise<object> {
  const rules = DESTINATIONS.flatMap((destination) =>
    xmlElements(document, destination.element).map((node) => parseRule(node, destination, context.newId)),
  );
  assertDistinct(rules);
  for (const { arn } of rules) {
    if (parseArn(arn)?.region === bucket.region) continue;
    throw invalidArgument(
      'The notification destination service region is not valid for the bucket location constraint',
      arn,
    );
  }
  if (request.headers['x-amz-skip-destination-validation']?.toLowerCase() !== 'true') {
    for (const { arn, destination } of rules) {
      if (destination.service !== 'lambda') continue;
      const refusal = await context.notificationRefusal(bucket, arn);
      if (refusal === undefined) continue;
      throw invalidArgument('Unable to validate the following destination configurations', arn, refusal);
    }
  }
  const members = DESTINATIONS.map(({ element }) => [
    element,
    rules.filter(({ destination }) => destination.element === element).map(renderRule),
  ]);
  const hasBridge = xmlNames(document).includes('EventBridgeConfiguration');
  return { ...Object.fromEntries(members), ...(hasBridge ? { EventBridgeConfiguration: {} } : {}) };
}

function parseRule(node: XmlNode, destination: Rule['destination'], newId: () => string): Rule {
  const arn = xmlText(node, destination.target)?.trim() ?? '';
  const { service, argument } = destination;
  if (!new RegExp(`^arn:aws[a-z-]*:${service}:`).test(arn))
    throw invalidArgument('The ARN could not be parsed', argument, arn);
  const events = xmlElements(node, 'Event').map((event) => (typeof event === 'string' ? event.trim() : ''));
  if (events.length === 0) throw malformedXml();
  const unknown = events.find((event) => !EVENT.test(event));
  if (unknown !== undefined)
    throw invalidArgument('The event is not supported for notifications', 'Event', unknown);
  const filter = xmlElement(node, 'Filter');
  return {
    destination,
    id: xmlText(node, 'Id')?.trim() || newId(),
    arn,
    events,
    filter:
      filter === undefined
        ? undefined
        : xmlElements(xmlElement(filter, 'S3Key'), 'FilterRule').map(parseFilterRule),
  };
}

function parseFilterRule(node: XmlNode): FilterRule {
  const [name, value] = [xmlText(node, 'Name')?.trim(), xmlText(node, 'Value')];
  if (name === undefined || value === undefined) throw malformedXml();
  const known = name.toLowerCase();
  if (known === 'prefix') return { name: 'Prefix', value };
  if (known === 'suffix') return { name: 'Suffix', value };
  throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', name);
}

/** No event may be told to two: by type, and where types meet, by prefix and suffix. */
function assertDistinct(rules: readonly Rule[]): void {
  rules.forEach((rule, index) => {
    for (const other of rules.slice(index + 1)) {
      if (!shareEvent(rule.events, other.events)) continue;
      const meets = (name: FilterRule['name'], isPart: (a: string, b: string) => boolean) => {
        const [a, b] = [filterValue(rule, name), filterValue(other, name)];
        return isPart(a, b) || isPart(b, a);
      };
      if (!meets('Prefix', (a, b) => a.startsWith(b)) || !meets('Suffix', (a, b) => a.endsWith(b))) continue;
      throw invalidArgument(
        rule.filter === undefined || other.filter === undefined
          ? 'Configurations overlap. Configurations on the same bucket cannot share a common event type.'
          : 'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
      );
    }
  });
}

const filterValue = ({ filter }: Rule, name: FilterRule['name']): string =>
  filter?.find((rule) => rule.name === name)?.value ?? '';

function shareEvent(some: readonly string[], others: readonly string[]): boolean {
  const covers = (wide: string, event: string) =>
    wide === event || (wide.endsWith('*') && event.startsWith(wide.slice(0, -1)));
  return some.some((a) => others.some((b) => covers(a, b) || covers(b, a)));
}

const renderRule = ({ destination, id, arn, events, filter }: Rule): object => ({
  Id: id,
  [destination.target]: arn,
  Event: events,
  ...(filter === undefined
    ? {}
    : { Filter: { S3Key: { FilterRule: filter.map(({ name, value }) => ({ Name: name, Value: value })) } } }),
});
