/** Which invocations of a record are a function's, by the function's name in the project. */
import type { InvocationRecord, RunRecord } from '../record/run-record.ts';

type WithFunctions = Pick<RunRecord, 'functions'>;

/** The name that a deployed function has in the project; its deployed name where the record tells no other. */
export function functionNamed({ functions = {} }: WithFunctions, deployedName: string): string {
  return Object.entries(functions).find(([, deployed]) => deployed === deployedName)?.[0] ?? deployedName;
}

/** The deployed name of a function of the project. */
export function deployedNameOf({ functions = {} }: WithFunctions, name: string): string {
  return Object.hasOwn(functions, name) ? functions[name]! : name;
}

/** Names of the functions that the record tells of: those of the project, and others that were invoked. */
export function functionsOf(record: RunRecord): string[] {
  const invoked = record.invocations.map(({ functionName }) => functionNamed(record, functionName));
  return [...new Set([...Object.keys(record.functions ?? {}), ...invoked])];
}

/** Invocations of one function. */
export function invocationsOf(record: RunRecord, name: string): InvocationRecord[] {
  const deployed = deployedNameOf(record, name);
  return record.invocations.filter(({ functionName }) => functionName === deployed);
}

/** An invocation that ended with an error, a timeout or the environment's end. */
export const hasFailed = ({ status }: InvocationRecord): boolean =>
  status !== undefined && status !== 'success';
