import type { Sandbox } from './sandbox.ts';

/** A sandbox with what the pool knows of it. */
export interface PooledSandbox {
  sandbox: Sandbox;
  functionName: string;
  version: string;
  generation: number;
  /** State of the code that is being worked on, from which it was started. */
  stamp: string | undefined;
  isInspected: boolean;
  /** Not ended for being idle: it is inspected, or provisioned. */
  isKept: boolean;
  logGroup: string;
  logStream: string;
  /** Its log stream has been made. */
  hasLogStream: boolean;
  /** Identifies calls that the function makes. */
  accessKeyId: string;
  /** Receives the log lines of the invocation in progress, for LogType=Tail. */
  tail: ((lines: readonly string[]) => void) | undefined;
  /** Told when the function waits or computes. */
  onIdleChange: ((isIdle: boolean) => void) | undefined;
  idleSinceMs: number;
}
