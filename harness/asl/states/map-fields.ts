/** What inline and distributed Maps evaluate alike: items, concurrency, tolerated failures. */
import { decimal, isJsonObject, type Json, memberName } from '../../core/json.ts';
import type { Scope } from '../data/scope.ts';
import type { ContainerAttempt, Machine } from '../execution.ts';
import { inspect } from '../inspection.ts';
import type { CompiledMap } from '../program.ts';
import type { ToleratedFailures } from '../tolerance.ts';

export interface Items {
  values: Json[];
  /** Member names, when the Map iterates an object. */
  keys: string[] | undefined;
}

/** The items in hand: an array, or an object where the Map is distributed (the evaluator sees to that). */
export function takeItems(machine: Machine, state: CompiledMap, scope: Scope): Items {
  const value = state.items(scope);
  if (state.queryLanguage === 'JSONPath') inspect(machine, 'afterItemsPath', value);
  if (Array.isArray(value)) return { values: value, keys: undefined };
  const members = isJsonObject(value) ? value : {};
  const keys = Object.keys(members);
  return { values: keys.map((key) => members[key] as Json), keys: keys.map(memberName) };
}

/** 0 = no limit. Evaluated before MapStateStarted. */
export function takeMaxConcurrency(machine: Machine, state: CompiledMap, scope: Scope): number {
  const maxConcurrency = state.maxConcurrency?.(scope) ?? 0;
  inspect(machine, 'maxConcurrency', maxConcurrency);
  return maxConcurrency;
}

/** Evaluated after MapStateStarted, as recorded cases show. */
export function takeTolerance(machine: Machine, state: CompiledMap, scope: Scope): ToleratedFailures {
  const count = state.toleratedFailureCount?.(scope);
  const percentage = state.toleratedFailurePercentage?.(scope);
  if (count !== undefined) inspect(machine, 'toleratedFailureCount', count);
  if (percentage !== undefined) inspect(machine, 'toleratedFailurePercentage', decimal(percentage));
  return { count, percentage };
}

export function toleranceOf(container: ContainerAttempt): ToleratedFailures {
  return { count: container.toleratedCount, percentage: container.toleratedPercentage };
}
