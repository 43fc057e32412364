/**
 * Calls `work` when what is going on now has been dealt with: after answers have been handed to the kernel, and before
 * anything new is read. For bookkeeping that nobody waits for.
 */
export function afterThisTurn(work: () => void): void {
  setImmediate(work);
}
