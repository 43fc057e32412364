/**
 * The emulator inside this process: no Docker, no account. Functions run as processes of this machine, so the
 * artifacts are built for it.
 */

import { singleEndpoint } from '../deploy/aws-access.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import type { IsolationMode } from '../emulator/services/lambda/runtime/isolation.ts';
import type { CoverageRecord, InvocationRecord } from '../record/run-record.ts';
import type { Backend, BackendOptions, FunctionTarget, RunningBackend } from './backend.ts';
import { capabilitiesOf } from './capabilities.ts';
import { collectEvidence } from './evidence/collect-evidence.ts';
import { machineCores } from './machine-cores.ts';

const CAPABILITIES = capabilitiesOf('embedded', 'embedded');

/** The conventional credentials of local AWS emulators: the account's root while policies are off. */
export const TEST_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

export const embedded: Backend = {
  name: 'embedded',
  capabilities: CAPABILITIES,
  async start(options) {
    const emulator = await startEmbedded(options);
    const invocations = recordInvocations(emulator);
    const running: RunningBackend = {
      name: 'embedded',
      capabilities: CAPABILITIES,
      endpoint: emulator.endpoint,
      access: {
        region: emulator.region,
        endpoints: singleEndpoint(emulator.endpoint),
        credentials: options.iam === 'enforce' ? emulator.iam.rootKey() : TEST_CREDENTIALS,
      },
      functionTarget: thisMachine(),
      async checkProject(project) {
        const { requireRuntimes } = await import('./installed-runtimes.ts');
        await requireRuntimes(project);
      },
      injectFaults: (rules) => emulator.chaos.apply(rules),
      adoptObject: (bucket, key, file) => emulator.s3.adoptFile(bucket, key, file),
      async readObject(bucket, key) {
        const { body } = await emulator.s3.getObject(bucket, key);
        return Buffer.concat(await body.toArray());
      },
      invocations: () => invocations,
      useMocks: (config) => emulator.stepFunctions.useMocks(config),
      onExecutionEnd: (executionArn, listener) =>
        emulator.stepFunctions.onStatus(({ detail }) => {
          if (detail.executionArn === executionArn && detail.status !== 'RUNNING') listener();
        }),
      async collectEvidence(request) {
        const record = await collectEvidence(running, options.clock, request);
        const unservedStates = emulator.stepFunctions.unservedTasks();
        return {
          ...record,
          ...(unservedStates.length === 0 ? {} : { unservedStates }),
          coverage: coverageOf(emulator),
        };
      },
      stop: () => emulator.stop(),
    };
    return running;
  },
};

/** The emulator as the options of a backend ask for it. @param hostNames names that containers reach it by */
export function startEmbedded(options: BackendOptions, hostNames: readonly string[] = []): Promise<Emulator> {
  const { clock, random, boundary, stateFolder, packagesFolder, limits, port, region, iam, log } = options;
  return startEmulator({
    clock,
    seed: random.uint32(),
    stateDir: stateFolder,
    // A run that a power cut ends is run again.
    durability: 'kernel',
    port: port ?? 0,
    hostNames,
    lambda: {
      slots: machineCores,
      ...isolationAsked(),
      ...(packagesFolder === undefined ? {} : { packagesFolder }),
      ...(boundary ? { boundary } : {}),
    },
    ...(limits === undefined ? {} : { limits }),
    ...(iam === undefined ? {} : { iam: { enforcement: iam } }),
    ...(region === undefined ? {} : { region }),
    ...(log === undefined ? {} : { log }),
  });
}

/** How functions are isolated in every run of this process: `COSMICAI_ISOLATION`, as of `cosmicai up`. */
function isolationAsked(): { isolation?: IsolationMode } {
  const asked = process.env['COSMICAI_ISOLATION'];
  return asked === 'required' || asked === 'none' || asked === 'auto' ? { isolation: asked } : {};
}

/** The emulator's own record of its invocations, which grows as they end. */
export function recordInvocations(emulator: Emulator): readonly InvocationRecord[] {
  const ended: InvocationRecord[] = [];
  emulator.lambda.onInvocationEnd((one) => ended.push(one));
  return ended;
}

/** What each machine's executions have taken: those of the steps, nested ones, and those that functions start. */
function coverageOf({ stepFunctions }: Emulator): CoverageRecord[] {
  return stepFunctions.stateMachineArns().flatMap((stateMachineArn) => {
    const report = stepFunctions.coverage(stateMachineArn);
    return report ? [{ stateMachineArn, ...report }] : [];
  });
}

/** npm packages with native binaries are packaged for this platform. */
export function thisMachine(): FunctionTarget {
  return { platform: process.platform, arch: process.arch } as FunctionTarget;
}

/** Functions in a container or on another machine: Linux, on this machine's kind of processor. */
export function linuxMachine(): FunctionTarget {
  return { platform: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'x64' };
}
