/**
 * LocalStack, or another emulator with its front door, in a container of its own. Owns nothing but how that
 * container is described.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.ts';
import { singleEndpoint } from '../../deploy/aws-access.ts';
import { containerEngine } from '../docker/engine.ts';
import { type RunningContainer, startContainer } from '../docker/start-container.ts';
import { TEST_CREDENTIALS } from '../embedded.ts';
import { requireAnswers } from '../require-answers.ts';
import { type ContainerOptions, startTimeoutMs } from './container-options.ts';

/** The last image that asks for no token. */
export const LOCALSTACK_IMAGE = 'localstack/localstack:4.14.0';
const PORT = 4566;

/** What is passed through from the environment: licence, and whatever LocalStack itself reads. */
const PASSED_THROUGH = /^(LOCALSTACK_[A-Z_]+|ACTIVATE_PRO)$/;

/** Where LocalStack looks for init hooks of its `start` stage; run inside its own process. */
const HOOK = '/etc/localstack/init/start.d/forward-calls.py';

export interface LocalStackOptions extends ContainerOptions {
  image?: string;
  hostPort?: number;
  environment?: Record<string, string>;
  /** Services that another place answers, by URL as the container reaches it. Its own calls go there too. */
  forward?: { lambda?: string };
}

export function startLocalStack(options: LocalStackOptions): Promise<RunningContainer> {
  const { image = LOCALSTACK_IMAGE, hostPort, forward = {}, region, clock, signal, onLine } = options;
  const forwarded = Object.keys(forward).length > 0;
  return startContainer({
    title: 'LocalStack',
    role: 'localstack',
    image,
    port: PORT,
    ...(hostPort === undefined ? {} : { hostPort }),
    environment: {
      SERVICES: 's3,stepfunctions,lambda,logs,iam,sts,events',
      // Its reports to the maker fail offline, and take its shutdown with them: functions' containers would stay.
      DISABLE_EVENTS: '1',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      DEFAULT_REGION: region,
      ...(forwarded ? { COSMICAI_FORWARD: JSON.stringify(forward) } : {}),
      ...Object.fromEntries(
        Object.entries(process.env).flatMap(([name, value]) =>
          PASSED_THROUGH.test(name) && value !== undefined ? [[name, value]] : [],
        ),
      ),
      ...options.environment,
    },
    files: forwarded
      ? [
          {
            content: readFileSync(
              join(packageRoot(), 'harness/backends/localstack/forward-calls.py'),
              'utf8',
            ),
            target: HOOK,
          },
        ]
      : [],
    // Its Lambda starts containers of the engine; without functions of its own it gets no hold of it.
    binds: forwarded ? [] : [{ source: '/var/run/docker.sock', target: '/var/run/docker.sock' }],
    startTimeoutMs: startTimeoutMs(),
    clock,
    ...(signal ? { signal } : {}),
    answers: (url) =>
      requireAnswers({ region, endpoints: singleEndpoint(url), credentials: TEST_CREDENTIALS }),
    onLine,
  });
}

/** Label of images that were built in the place of published ones; its value says how. */
const STAND_IN_LABEL = 'cosmicai.stand-in';

/** What an image stands in for a published one, if it does. */
export async function standInNote(image: string): Promise<string | undefined> {
  const { container } = await containerEngine();
  const { Config } = await container.dockerode.getImage(image).inspect();
  return Config.Labels?.[STAND_IN_LABEL];
}
