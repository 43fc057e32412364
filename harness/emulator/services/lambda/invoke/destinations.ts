/**
 * Where records of asynchronous invocations go. Functions and buckets are served; queues, topics and event buses
 * belong to services that are not here: their records are told to the operator and dropped.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import { uuid } from '../../../../core/ids.ts';
import type { InvokeRequest, InvokeResult, ObjectsPort, ServiceEnvironment } from '../../ports.ts';

export interface DestinationPorts {
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  objects: Pick<ObjectsPort, 'putObject'>;
}

export class Destinations {
  readonly #env: ServiceEnvironment;
  readonly #ports: DestinationPorts;

  constructor(env: ServiceEnvironment, ports: DestinationPorts) {
    this.#env = env;
    this.#ports = ports;
  }

  /** @throws AwsError of the service that refuses the record */
  async send(arn: string, record: string, functionName: string): Promise<void> {
    const service = arn.split(':')[2];
    if (service === 'lambda') {
      await this.#ports.invoke({ functionName: arn, payload: record, invocationType: 'Event' });
    } else if (service === 's3') {
      const bucket = arn.slice(arn.lastIndexOf(':') + 1);
      const key = objectKey(functionName, this.#env.clock.nowMs(), uuid(this.#env.random));
      await this.#ports.objects.putObject(bucket, key, record, { contentType: 'application/json' });
    } else {
      this.#env.log(`lambda: the destination ${arn} is not served; the record is dropped.`);
    }
  }
}

/** `aws/lambda/async/my-function/2026/11/24/2026-11-24T18.33.17-<uuid>` */
function objectKey(functionName: string, nowMs: number, id: string): string {
  const [day = '', time = ''] = new Date(nowMs).toISOString().split('T');
  const folder = `aws/lambda/async/${functionName}/${day.replaceAll('-', '/')}`;
  return `${folder}/${day}T${time.slice(0, 8).replaceAll(':', '.')}-${id}`;
}
