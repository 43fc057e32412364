import type { ProcessExit } from './contained-command.ts';

/** Go's names of signals, which AWS's texts carry. */
const SIGNAL_NAMES: { [signal: string]: string } = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
};

/** The end of a process as AWS words it. */
export function exitReason(
  { code, signal }: ProcessExit,
  isOutOfMemory: boolean,
): { errorType: string; reason: string } {
  const errorType = isOutOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError';
  if (signal !== null) {
    const name = SIGNAL_NAMES[signal] ?? signal.slice(3).toLowerCase();
    return { errorType, reason: `Runtime exited with error: signal: ${name}` };
  }
  if (code === 0) return { errorType, reason: 'Runtime exited without providing a reason' };
  return { errorType, reason: `Runtime exited with error: exit status ${code}` };
}
