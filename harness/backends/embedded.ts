/**
 * The emulator inside this process: no Docker, no account. Functions run as processes of this machine, so the
 * artifacts are built for it.
 */

import { singleEndpoint } from '../deploy/aws-access.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import type { Capability } from '../record/capability.ts';
import type { CoverageRecord } from '../record/run-record.ts';
import type { Backend, FunctionTarget, RunningBackend } from './backend.ts';
import { collectEvidence } from './evidence/collect-evidence.ts';

const CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  'distributed-map',
  'map-run-status',
  'child-histories',
  'coverage',
  'express',
  'logs',
  'report-lines',
  'emf-metrics',
  'memory-enforcement',
  'timeout-enforcement',
  'quotas',
  'chaos',
]);

export const embedded: Backend = {
  name: 'embedded',
  capabilities: CAPABILITIES,
  async start(options) {
    const { clock, random, stateFolder, limits, port, region, log } = options;
    const emulator = await startEmulator({
      clock,
      seed: random.uint32(),
      stateDir: stateFolder,
      port: port ?? 0,
      ...(limits === undefined ? {} : { limits }),
      ...(region === undefined ? {} : { region }),
      ...(log === undefined ? {} : { log }),
    });
    const running: RunningBackend = {
      name: 'embedded',
      capabilities: CAPABILITIES,
      endpoint: emulator.endpoint,
      access: {
        region: emulator.region,
        endpoints: singleEndpoint(emulator.endpoint),
        // The emulator checks no signature; these name nobody.
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      },
      functionTarget: thisMachine(),
      injectFaults: (rules) => emulator.chaos.apply(rules),
      async collectEvidence(request) {
        const record = await collectEvidence(running, clock, request);
        return { ...record, coverage: coverageOf(emulator, request.executionArns) };
      },
      stop: () => emulator.stop(),
    };
    return running;
  },
};

/** What the machines of these executions have taken, each machine once. */
function coverageOf(emulator: Emulator, executionArns: readonly string[]): CoverageRecord[] {
  const machines = new Set(executionArns.map(stateMachineOf));
  return [...machines].flatMap((stateMachineArn) => {
    const report = emulator.stepFunctions.coverage(stateMachineArn);
    return report ? [{ stateMachineArn, ...report }] : [];
  });
}

/** `...:execution:NAME:ID` belongs to `...:stateMachine:NAME`. */
function stateMachineOf(executionArn: string): string {
  return executionArn.replace(/:execution:([^:]+):.*$/, ':stateMachine:$1');
}

/** onnxruntime-node carries binaries for these; another platform is refused when the artifacts are built. */
function thisMachine(): FunctionTarget {
  return { platform: process.platform, arch: process.arch } as FunctionTarget;
}
