/** A plan as text: what would change, line by line, what was changed by hand, and why it cannot be applied. */
import { createColors } from 'picocolors';
import type { PromotionPlan } from './plan.ts';

const SIGN = { create: '+', update: '~' } as const;

export function renderPlan(plan: PromotionPlan, { color }: { color: boolean }): string {
  const paint = createColors(color);
  const { blueprint, changes, drift, refusals, running, pending, live, evidence } = plan;
  const { accountId, region } = blueprint.account;
  const lines = [
    `${plan.environment}: account ${accountId}, ${region}, ${blueprint.prefix}`,
    `release ${paint.bold(blueprint.release)}, evidence sha256:${evidence.sha256.slice(0, 16)} signed by ${evidence.signer}` +
      (evidence.commit === undefined ? '' : `, commit ${evidence.commit.slice(0, 12)}`),
    live ? `serving: ${live.release}` : 'serving: nothing yet',
    ...(pending === undefined ? [] : [`unfinished: ${pending}`]),
    '',
  ];
  for (const { kind, name, action, lines: details } of changes) {
    const mark = action === 'create' ? paint.green : paint.yellow;
    lines.push(
      mark(`${SIGN[action]} ${kind} ${name}`),
      ...details.map((line) => `    ${paintLine(line, paint)}`),
    );
  }
  if (changes.length === 0) lines.push('nothing to change');
  if (drift.length > 0) {
    lines.push('', paint.red('changed by hand since the last release:'));
    for (const { what, lines: details } of drift) {
      lines.push(`! ${what}`, ...details.map((line) => `    ${line}`));
    }
  }
  if (running.length > 0) lines.push('', `in flight: ${running.length} executions, such as ${running[0]}`);
  if (refusals.length > 0)
    lines.push('', paint.red('cannot be applied:'), ...refusals.map((one) => `! ${one}`));
  const created = changes.filter(({ action }) => action === 'create').length;
  lines.push('', `${created} to create, ${changes.length - created} to update`);
  return `${lines.join('\n')}\n`;
}

function paintLine(line: string, paint: ReturnType<typeof createColors>): string {
  if (line.startsWith('+ ')) return paint.green(line);
  return line.startsWith('- ') ? paint.red(line) : line;
}
