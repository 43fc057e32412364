/**
 * Event notifications: from a change of an object to an asynchronous invocation of the functions a bucket's
 * configuration names. Queues and topics are kept in the configuration but nothing serves them here.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
import { parseXml, type XmlNode, xmlElement, xmlElements, xmlText } from '../../http/protocols/xml.ts';
import type { CallingService, FunctionsPort, ServiceEnvironment } from '../ports.ts';
import type { ObjectEvent } from './context.ts';
import { encodeKey } from './objects/list-parameters.ts';
import type { Bucket } from './store/bucket.ts';

/** A function to be told, and of what. */
export interface FunctionRule {
  id: string;
  functionArn: string;
  /** e.g. `s3:ObjectCreated:*` */
  events: readonly string[];
  prefix: string;
  suffix: string;
}

/** The functions a NotificationConfiguration names. */
function parseFunctionRules(document: XmlNode): FunctionRule[] {
  return xmlElements(document, 'CloudFunctionConfiguration').map((node, index) => {
    const rules = xmlElements(xmlElement(xmlElement(node, 'Filter'), 'S3Key'), 'FilterRule');
    const filter = (name: string) =>
      xmlText(
        rules.find((rule) => xmlText(rule, 'Name')?.trim().toLowerCase() === name),
        'Value',
      ) ?? '';
    return {
      id: xmlText(node, 'Id')?.trim() || `rule-${index}`,
      functionArn: xmlText(node, 'CloudFunction')?.trim() ?? '',
      events: xmlElements(node, 'Event').map((event) => (typeof event === 'string' ? event.trim() : '')),
      prefix: filter('prefix'),
      suffix: filter('suffix'),
    };
  });
}

/** True when `rule` asks for this event. */
function wants(rule: FunctionRule, event: ObjectEvent): boolean {
  const name = `s3:${event.name}`;
  return (
    rule.events.some((wanted) =>
      wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted,
    ) &&
    event.key.startsWith(rule.prefix) &&
    event.key.endsWith(rule.suffix)
  );
}

export class Notifications {
  readonly #env: ServiceEnvironment;
  readonly #ownerId: string;
  #functions: FunctionsPort | undefined;
  #sequence = 0;
  /** Rules by bucket, with the text they were read from. */
  readonly #rules = new WeakMap<Bucket, { text: string; rules: FunctionRule[] }>();

  constructor(env: ServiceEnvironment, ownerId: string) {
    this.#env = env;
    this.#ownerId = ownerId;
  }

  connect(functions: FunctionsPort): void {
    this.#functions = functions;
  }

  /** Why S3 cannot invoke a function for a bucket; nothing when it can. */
  async refusalOf(bucket: Bucket, functionArn: string): Promise<string | undefined> {
    try {
      await this.#functions?.invoke({
        functionName: functionArn,
        payload: '{}',
        invocationType: 'DryRun',
        callingService: this.#callerFor(bucket),
      });
      return undefined;
    } catch (error) {
      return (error as { code?: unknown }).code === 'AccessDeniedException'
        ? `Not authorized to invoke function [${functionArn}]`
        : 'The destination Lambda does not exist';
    }
  }

  #callerFor({ name, ownerAccountId = this.#env.accountId }: Bucket): CallingService {
    return {
      service: 's3.amazonaws.com',
      sourceArn: `arn:aws:s3:::${name}`,
      sourceAccount: ownerAccountId,
    };
  }

  /** Invokes what the bucket's configuration asks for. Never fails: a failure is a line in the log. */
  announce(bucket: Bucket, event: ObjectEvent): void {
    const functions = this.#functions;
    const text = bucket.config('notification');
    if (!functions || typeof text !== 'string') return;
    for (const rule of this.#rulesOf(bucket, text)) {
      if (!wants(rule, event)) continue;
      const payload = JSON.stringify({ Records: [this.#record(bucket, rule, event)] });
      const release = this.#env.clock.hold();
      functions
        .invoke({
          functionName: rule.functionArn,
          payload,
          invocationType: 'Event',
          callingService: this.#callerFor(bucket),
        })
        .catch((error: Error) =>
          this.#env.log(
            `s3: ${event.name} of ${bucket.name} not told to ${rule.functionArn}: ${error.message}`,
          ),
        )
        .finally(release);
    }
  }

  #rulesOf(bucket: Bucket, text: string): FunctionRule[] {
    const known = this.#rules.get(bucket);
    if (known?.text === text) return known.rules;
    const document = parseXml(text, 'NotificationConfiguration');
    const rules = document === undefined ? [] : parseFunctionRules(document);
    this.#rules.set(bucket, { text, rules });
    return rules;
  }

  #record(bucket: Bucket, rule: FunctionRule, event: ObjectEvent): object {
    const { clock } = this.#env;
    const isChange = /^Object(?:Tagging|Acl):/.test(event.name);
    const sequencer = (clock.nowMs() * 4096 + (this.#sequence++ & 4095))
      .toString(16)
      .toUpperCase()
      .padStart(18, '0');
    return {
      // Changes of tags and access lists came later, in another version, and are not sequenced.
      eventVersion: isChange ? '2.3' : '2.1',
      eventSource: 'aws:s3',
      awsRegion: bucket.region,
      eventTime: new Date(clock.nowMs()).toISOString(),
      eventName: event.name,
      userIdentity: { principalId: `AWS:${this.#env.accountId}` },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': sequencer, 'x-amz-id-2': sequencer },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: rule.id,
        bucket: {
          name: bucket.name,
          ownerIdentity: { principalId: this.#ownerId },
          arn: `arn:aws:s3:::${bucket.name}`,
        },
        object: {
          key: encodeKey(event.key).replaceAll('%2F', '/'),
          ...(event.sizeBytes === undefined ? {} : { size: event.sizeBytes }),
          ...(event.etag === undefined ? {} : { eTag: event.etag }),
          ...(event.versionId === undefined ? {} : { versionId: event.versionId }),
          ...(isChange ? {} : { sequencer }),
        },
      },
    };
  }
}
