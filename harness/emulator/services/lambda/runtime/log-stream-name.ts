import { hexWords } from '../../../../core/ids.ts';
import type { Random } from '../../../../core/random.ts';

/** `2026/11/23/[$LATEST]0123...` */
export function logStreamName(nowMs: number, version: string, random: Random): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${hexWords(random, 4)}`;
}
