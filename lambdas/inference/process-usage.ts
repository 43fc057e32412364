import { readFileSync, writeFileSync } from 'node:fs';

/** Starts the peak of resident memory anew, so a warm container does not report an earlier invocation's. */
export function resetPeakRss(): void {
  try {
    // proc(5): writing 5 to clear_refs resets VmHWM to the present value.
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux, or not allowed: the peak is then that of the container's life so far.
  }
}

/** Peak resident memory of this process in MB, from the kernel (VmHWM), not from an allocator's counters. */
export function peakRssMB(): number {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (match) return Number(match[1]) / 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}

/** CPU time of the whole process, all threads. */
export function cpuSeconds(): { userS: number; systemS: number } {
  const { user, system } = process.cpuUsage();
  return { userS: user / 1e6, systemS: system / 1e6 };
}
