/**
 * Version and upload ids: 32 characters that say nothing, the last six of them a check. AWS tells an id that it
 * never gave (`Invalid version id specified`) from one whose version is gone (`NoSuchVersion`); so does this.
 */
import { createHash } from 'node:crypto';

const HEAD_LENGTH = 26;
const ID = /^[A-Za-z0-9._]{32}$/;

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').replaceAll('-', '.');

const checkOf = (head: string): string => digest(`version/${head}`).slice(0, 32 - HEAD_LENGTH);

/** The id that belongs to a seed. */
export function makeVersionId(seed: string): string {
  const head = digest(seed).slice(0, HEAD_LENGTH);
  return `${head}${checkOf(head)}`;
}

/** True for `null`, and for what `makeVersionId` may have made, here or elsewhere. */
export function isVersionId(text: string): boolean {
  if (text === 'null') return true;
  return ID.test(text) && text.endsWith(checkOf(text.slice(0, HEAD_LENGTH)));
}
