/** Labels of Distributed Maps: they name the Map Run's children, `machine/label:...`. */
import { createHash } from 'node:crypto';

/**
 * The given label, or one in the form of a UUID as AWS generates it; ours is drawn from the state's place in the
 * document, so that one definition always has the same labels.
 */
export function labelOf(
  name: string,
  path: string,
  given: string | undefined,
  taken: ReadonlyMap<string, unknown>,
): string {
  if (given !== undefined) return given;
  for (let salt = 0; ; salt++) {
    const digest = createHash('sha256').update(`${path}\n${name}\n${salt}`).digest('hex').slice(0, 32);
    const label = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20)}`;
    if (!taken.has(label)) return label;
  }
}
