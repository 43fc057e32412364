/** What is known of the places, in two halves that can be mixed: who runs machines, and who runs functions. */
import type { Capability } from '../record/capability.ts';

const ALL_MACHINES: readonly Capability[] = [
  'distributed-map',
  'map-run-status',
  'child-histories',
  'express',
  'coverage',
];
const ALL_FUNCTIONS: readonly Capability[] = [
  'logs',
  'report-lines',
  'emf-metrics',
  'memory-enforcement',
  'timeout-enforcement',
];

/** What Step Functions of a place does, and what else belongs to the place as a whole. */
const MACHINES = {
  embedded: [...ALL_MACHINES, 'quotas', 'iam-enforcement', 'virtual-time', 'mocks'],
  // 4.14.0 calls a Map Run SUCCEEDED however many items failed, and fails to list its children.
  localstack: ['distributed-map', 'express'],
  // 1.5.33 keeps no history of children.
  ministack: ['distributed-map', 'express'],
  // Its documentation names no Distributed Map; nothing of it could be tried.
  'stepfunctions-local': ['express'],
  aws: ['distributed-map', 'map-run-status', 'child-histories', 'express', 'quotas', 'iam-enforcement'],
  unknown: ['distributed-map'],
} as const satisfies Record<string, readonly Capability[]>;

/** What Lambda of a place does. */
const FUNCTIONS = {
  embedded: ALL_FUNCTIONS,
  // Its REPORT lines tell the memory size as memory used, and nothing ends a function that takes more.
  localstack: ['logs', 'emf-metrics', 'timeout-enforcement'],
  ministack: ['logs', 'emf-metrics'],
  aws: ALL_FUNCTIONS,
  unknown: [],
} as const satisfies Record<string, readonly Capability[]>;

export type MachinePlace = keyof typeof MACHINES;
export type FunctionPlace = keyof typeof FUNCTIONS;

export function capabilitiesOf(machines: MachinePlace, functions: FunctionPlace): ReadonlySet<Capability> {
  return new Set<Capability>([
    ...MACHINES[machines],
    ...FUNCTIONS[functions],
    // Faults strike the emulator's own calls: only where it is all of the place do they mean anything.
    ...(machines === 'embedded' && functions === 'embedded' ? (['chaos'] as const) : []),
  ]);
}
