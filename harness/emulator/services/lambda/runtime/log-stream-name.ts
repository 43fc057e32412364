import type { Random } from '../../../../core/random.ts';

/** `2026/11/23/[$LATEST]0123...` */
export function logStreamName(nowMs: number, version: string, random: Random): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  const id = Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0')).join('');
  return `${day}/[${version}]${id}`;
}
