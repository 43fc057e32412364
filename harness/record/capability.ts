/**
 * What a backend can do beyond the plain APIs, and what an expectation may need of it. An expectation whose need is
 * not met is `not judged on this backend`, never passed: evidence that a place only pretends to give is no evidence.
 */
export const CAPABILITIES = {
  'distributed-map': 'Map Runs with counts of their items',
  'map-run-status': 'a Map Run with more failed items than tolerated that fails, and its execution with it',
  'child-histories': 'children of Map Runs that can be listed, with histories of their own',
  express: 'EXPRESS workflows',
  coverage: 'a count of the states and transitions taken',
  logs: "the functions' output in CloudWatch Logs",
  'report-lines': 'invocations that the platform measured, told apart from what functions print',
  'emf-metrics': 'metrics in the embedded metric format among the logs',
  'memory-enforcement': 'an end to functions that exceed their memory',
  'timeout-enforcement': 'an end to functions that exceed their timeout',
  quotas: "AWS's quotas: payloads, rates, sizes",
  'iam-enforcement': 'policies that are evaluated, not only kept',
  'virtual-time': 'waits and retries that take no wall time',
  mocks: "answers that stand in for a state's integration",
  chaos: 'faults that can be injected',
} as const;

export type Capability = keyof typeof CAPABILITIES;

/** Of `needs`, what the place does not have. */
export function lacking(
  needs: readonly Capability[] | undefined,
  capabilities: { has(name: Capability): boolean },
): Capability[] {
  return (needs ?? []).filter((name) => !capabilities.has(name));
}

/** `report-lines (REPORT lines whose figures are measured)`, several joined by "and". */
export function describeLack(lacks: readonly Capability[]): string {
  return lacks.map((name) => `${name} (${CAPABILITIES[name]})`).join(' and ');
}
