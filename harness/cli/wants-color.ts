/**
 * Whether standard output is to be coloured. `isTTY` is undefined, not false, on a pipe; undefined would let
 * CI=true decide for colour.
 */
export function wantsColor(): boolean {
  return process.stdout.isTTY === true && !process.env['NO_COLOR'];
}
