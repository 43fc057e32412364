import type { InvocationRecord, RunRecord } from '../record/run-record.ts';

/** The pipeline's functions by role. */
export const functionRoles = ['init', 'inference', 'summarize'] as const;
export type FunctionRole = (typeof functionRoles)[number];

/** Role of a deployed function, told by the end of its name (`cosmicai-inference`). */
export function roleOf(functionName: string): FunctionRole | undefined {
  return functionRoles.find((role) => functionName === role || functionName.endsWith(`-${role}`));
}

/** Invocations of one function. */
export function invocationsOf(record: RunRecord, role: FunctionRole): InvocationRecord[] {
  return record.invocations.filter((invocation) => roleOf(invocation.functionName) === role);
}
