import { alphanumeric } from '../core/ids.ts';
import type { Random } from '../core/random.ts';
import type { PlannedRun } from './load.ts';

/** `20261123T174335`, UTC. */
export function runIdTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[-:]/g, '').slice(0, 15);
}

/** `orders-200-20261123T174335-K3QZ`: the scenario, its cell, the time, and four letters of chance. */
export function runIdOf(plan: PlannedRun, nowMs: number, random: Random): string {
  const cell = Object.values(plan.cell)
    .join('-')
    .replace(/[^A-Za-z0-9-]+/g, '');
  const name = [plan.scenario.name, cell].filter((part) => part !== '').join('-');
  // An execution name has at most 80 characters.
  return `${name.slice(0, 58)}-${runIdTime(nowMs)}-${alphanumeric(random, 4)}`;
}
