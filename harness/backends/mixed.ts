/**
 * Places whose services are answered by more than one: a container, a URL, the emulator in this process. Owns all
 * that it starts and ends it in the reverse order, also when the start itself fails half-way.
 */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type AwsAccess, clientsFor, type ServiceName, singleEndpoint } from '../deploy/aws-access.ts';
import type { Backend, BackendOptions, RunningBackend } from './backend.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { BackendChoice } from './choice.ts';
import { containerEngine } from './docker/engine.ts';
import { HOST_IN_CONTAINERS, openLoopbackDoor } from './docker/loopback-door.ts';
import type { RunningContainer } from './docker/start-container.ts';
import { linuxMachine, recordInvocations, startEmbedded, TEST_CREDENTIALS, thisMachine } from './embedded.ts';
import { collectEvidence } from './evidence/collect-evidence.ts';
import { LOCALSTACK_IMAGE, standInNote, startLocalStack } from './localstack/localstack.ts';
import { startStepFunctionsLocal } from './localstack/stepfunctions-local.ts';
import { type Product, productAt } from './product.ts';
import { requireAnswers } from './require-answers.ts';

/** `localstack,lambda=embedded`: the base and what differs from it. */
function nameOf({ base, stepfunctions, lambda }: BackendChoice): string {
  const parts: string[] = [base];
  if (stepfunctions !== base) parts.push(`stepfunctions=${stepfunctions}`);
  if (lambda !== base) parts.push(`lambda=${lambda}`);
  return parts.join(',');
}

export function mixedBackend(choice: BackendChoice): Backend {
  return {
    name: nameOf(choice),
    // Who answers is known only once it does; until then what can be relied on anyway.
    capabilities: capabilitiesOf('unknown', choice.lambda === 'embedded' ? 'embedded' : 'unknown'),
    async start(options) {
      const parts = new Parts(choice, options);
      try {
        return await parts.start();
      } catch (error) {
        await parts.stop();
        throw error;
      }
    },
  };
}

class Parts {
  readonly #choice: BackendChoice;
  readonly #options: BackendOptions;
  readonly #containers: RunningContainer[] = [];
  readonly #closers: (() => Promise<void>)[] = [];
  #stopping: Promise<void> | undefined;

  constructor(choice: BackendChoice, options: BackendOptions) {
    this.#choice = choice;
    this.#options = options;
  }

  async start(): Promise<RunningBackend> {
    const { base, lambda, stepfunctions } = this.#choice;
    const { clock, region = 'us-east-1' } = this.#options;
    const emulator =
      lambda === 'embedded' || base === 'embedded'
        ? this.#keep(await startEmbedded(this.#options, [HOST_IN_CONTAINERS]), (one) => one.stop())
        : undefined;
    const url = await this.#startBase(emulator?.endpoint);
    const own = this.#options.iam === 'enforce' ? emulator?.iam.rootKey() : undefined;
    const credentials = base === 'endpoint' ? credentialsOfEnvironment() : (own ?? TEST_CREDENTIALS);
    const endpoints: Record<ServiceName, string> = {
      ...singleEndpoint(url),
      ...(emulator ? { lambda: emulator.endpoint, logs: emulator.endpoint } : {}),
    };
    const access: AwsAccess = { region, endpoints, credentials };
    await requireAnswers(access, ['sts', 's3']);
    if (stepfunctions === 'stepfunctions-local') {
      endpoints.stepfunctions = await this.#startStepFunctionsLocal(access, endpoints);
    }
    await requireAnswers(access);
    const product = await this.#productAt(url);
    const invocations = lambda === 'embedded' && emulator ? recordInvocations(emulator) : undefined;
    const running: RunningBackend = {
      name: nameOf(this.#choice),
      product: product.title,
      capabilities: this.#capabilities(product),
      endpoint: url,
      access,
      functionTarget: lambda === 'embedded' ? thisMachine() : linuxMachine(),
      ...(lambda === 'embedded' && base !== 'embedded'
        ? { functionEnvironment: { AWS_ENDPOINT_URL_S3: url } }
        : {}),
      ...(invocations ? { invocations: () => invocations } : {}),
      collectEvidence: (request) => collectEvidence(running, clock, request),
      explain: async (error) => (await this.#whyEnded()) ?? error,
      stop: () => this.stop(),
    };
    return running;
  }

  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      for (const close of this.#closers.reverse()) await close();
    })();
    return this.#stopping;
  }

  async #startBase(emulatorUrl: string | undefined): Promise<string> {
    const { base, lambda, image, port, url, environment } = this.#choice;
    if (base === 'endpoint') return url!.replace(/\/+$/, '');
    if (base === 'embedded') return emulatorUrl!;
    const forward = lambda === 'embedded' ? { lambda: await this.#fromContainers(emulatorUrl!) } : {};
    const container = this.#keepContainer(
      await startLocalStack({
        ...this.#containerOptions('localstack'),
        ...(image === undefined ? {} : { image }),
        ...(port === undefined ? {} : { hostPort: port }),
        ...(environment === undefined ? {} : { environment }),
        forward,
      }),
    );
    return container.url;
  }

  async #startStepFunctionsLocal(access: AwsAccess, endpoints: Record<ServiceName, string>): Promise<string> {
    const { stepfunctionsImage, mocks } = this.#choice;
    const clients = clientsFor(access);
    const { Account } = await clients.sts.send(new GetCallerIdentityCommand({})).finally(clients.close);
    const container = this.#keepContainer(
      await startStepFunctionsLocal({
        ...this.#containerOptions('stepfunctions-local'),
        ...(stepfunctionsImage === undefined ? {} : { image: stepfunctionsImage }),
        ...(mocks === undefined ? {} : { mocks }),
        accountId: Account ?? '',
        lambdaEndpoint: await this.#fromContainers(endpoints.lambda),
        s3Endpoint: await this.#fromContainers(endpoints.s3),
      }),
    );
    return container.url;
  }

  /** `url` as containers reach it: what listens on this machine's loopback is let in by a door of its own. */
  async #fromContainers(url: string): Promise<string> {
    const { hostname, port } = new URL(url);
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return url;
    const door = await openLoopbackDoor(await containerEngine(), Number(port || 80));
    return this.#keep(door, (one) => one.close()).url;
  }

  #capabilities({ kind }: Product) {
    const { base, lambda, stepfunctions } = this.#choice;
    const machines = stepfunctions === 'stepfunctions-local' ? stepfunctions : kind;
    const all = new Set(capabilitiesOf(machines, lambda === 'embedded' ? 'embedded' : kind));
    // Another machine's emulator counts and strikes for whoever runs it, not through AWS's own APIs.
    if (base !== 'embedded' || stepfunctions !== 'embedded') all.delete('coverage');
    all.delete('chaos');
    return all;
  }

  async #productAt(url: string): Promise<Product> {
    const { base, image = LOCALSTACK_IMAGE } = this.#choice;
    const product = await productAt(url);
    const note = base === 'localstack' ? await standInNote(image) : undefined;
    return note === undefined ? product : { ...product, title: `${product.title} (${note})` };
  }

  #containerOptions(role: string) {
    const { clock, region = 'us-east-1', signal, log } = this.#options;
    return {
      clock,
      region,
      ...(signal ? { signal } : {}),
      onLine: (line: string) => log?.(`${role}: ${line}`),
    };
  }

  async #whyEnded() {
    for (const container of this.#containers) {
      const ended = await container.whyEnded();
      if (ended) return ended;
    }
    return undefined;
  }

  #keep<Thing>(thing: Thing, close: (thing: Thing) => Promise<void>): Thing {
    this.#closers.push(() => close(thing));
    return thing;
  }

  #keepContainer(container: RunningContainer): RunningContainer {
    this.#containers.push(container);
    return this.#keep(container, (one) => one.stop());
  }
}

/** Credentials of the environment where there are some: a shared LocalStack tells accounts apart by the key id. */
function credentialsOfEnvironment() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID ?? TEST_CREDENTIALS.accessKeyId,
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? TEST_CREDENTIALS.secretAccessKey,
    ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
  };
}
