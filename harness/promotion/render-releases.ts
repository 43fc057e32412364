import Table from 'cli-table3';
import type { Journal, JournalEntry } from './release/journal.ts';

/** The history, newest first: what, when, who, by which evidence, and what became of it. */
export function renderReleases({ entries }: Journal): string {
  if (entries.length === 0) return 'no releases yet\n';
  const table = new Table({
    head: ['release', 'status', 'began', 'ended', 'commit', 'evidence', 'signed by', 'applied by'],
    style: { head: [], border: [] },
  });
  const newest = [...entries].reverse();
  for (const entry of newest) {
    table.push([
      entry.release,
      entry.rollbackFrom === undefined ? entry.status : `${entry.status} (back from ${entry.rollbackFrom})`,
      seconds(entry.startedAt),
      entry.endedAt === undefined ? '' : seconds(entry.endedAt),
      entry.commit?.slice(0, 12) ?? '',
      entry.evidence.slice(0, 16),
      entry.signer,
      entry.by,
    ]);
  }
  return `${table.toString()}\n${newest.map(details).join('')}`;
}

const seconds = (iso: string) => iso.replace(/\.\d+Z$/, 'Z');

function details({
  release,
  artifacts,
  stateMachineVersionArns = {},
  versions,
  reason,
}: JournalEntry): string {
  const numbers = Object.entries(versions ?? {}).map(([name, version]) => `${name}:${version}`);
  return [
    `${release}\n`,
    ...Object.entries(artifacts).map(([name, digest]) => `  ${name.padEnd(18)} sha256:${digest}\n`),
    ...(numbers.length === 0 ? [] : [`  functions          ${numbers.join(' ')}\n`]),
    ...Object.values(stateMachineVersionArns).map((arn) => `  state machine      ${arn}\n`),
    ...(reason === undefined
      ? []
      : [`  rolled back        ${reason.replaceAll('\n', '\n                     ')}\n`]),
  ].join('');
}
