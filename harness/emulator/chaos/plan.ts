/**
 * Which faults strike which calls. Pure: rules and a seed in, decisions out. The decision of a rule about the
 * n-th call that matches it depends on the seed, the rule's place and n alone, so runs with equal seeds are
 * struck equally however other rules or calls lie between.
 */
import type { Random } from '../../core/random.ts';
import type { ServiceName } from '../http/wire.ts';
import type { Stage, Strike } from './faults/fault.ts';
import { FAULTS } from './faults/index.ts';
import { type ChaosRule, faultNamesOf } from './rule.ts';

/** A call as rules see it. */
export interface ChaosCall {
  service: ServiceName;
  /** AWS's operation name. */
  operation: string;
  function?: string;
  bucket?: string;
  key?: string;
  /** When its caller signed it, by the caller's clock. */
  signedAtMs?: number;
}

/** What a rule has done so far. */
export interface RuleStatus {
  id: string;
  rule: ChaosRule;
  /** Calls that matched. */
  matched: number;
  /** Calls that were struck. */
  struck: number;
}

interface ActiveRule extends RuleStatus {
  random: Random;
  strike: Strike;
  matches(call: ChaosCall): boolean;
}

export class ChaosPlan {
  readonly #rules: ActiveRule[];

  constructor(rules: readonly ChaosRule[], random: Random) {
    this.#rules = rules.map((rule, index) => ({
      id: rule.id ?? `rule-${index + 1}`,
      rule,
      matched: 0,
      struck: 0,
      random: random.fork(`rule-${index}`),
      strike: strikeOf(rule),
      matches: matcherOf(rule),
    }));
  }

  /** The strikes of one stage of a call, in the order of the rules. Counts the call. */
  decide<S extends Stage>(call: ChaosCall, stage: S): Extract<Strike, { stage: S }>[] {
    const strikes: Extract<Strike, { stage: S }>[] = [];
    for (const active of this.#rules) {
      if (active.strike.stage !== stage || !active.matches(call)) continue;
      active.matched++;
      // Drawn for every call, so that the draw of the n-th is the same whatever `calls` leaves out.
      const draw = active.random.next();
      const { calls, probability = 1 } = active.rule;
      if (calls && (active.matched < calls.first || active.matched > calls.last)) continue;
      if (draw >= probability) continue;
      active.struck++;
      strikes.push(active.strike as Extract<Strike, { stage: S }>);
    }
    return strikes;
  }

  status(): RuleStatus[] {
    return this.#rules.map(({ id, rule, matched, struck }) => ({ id, rule, matched, struck }));
  }
}

function strikeOf(rule: ChaosRule): Strike {
  const [name] = faultNamesOf(rule);
  const fault = FAULTS[name!];
  return fault.strike(rule[name!] as never);
}

function matcherOf({ on, where = {} }: ChaosRule): (call: ChaosCall) => boolean {
  const [service, operation] = on.split('.');
  const fields = (Object.entries(where) as [keyof typeof where, string][]).map(
    ([field, pattern]) => [field, globOf(pattern)] as const,
  );
  return (call) =>
    (service === '*' || service === call.service) &&
    (operation === undefined || operation === '*' || operation === call.operation) &&
    fields.every(([field, glob]) => glob(call[field]));
}

/** `*` stands for any characters; everything else for itself. Linear in the text for each part. */
function globOf(pattern: string): (text: string | undefined) => boolean {
  const parts = pattern.split('*');
  return (text) => {
    if (text === undefined) return false;
    if (parts.length === 1) return text === pattern;
    const last = parts.at(-1)!;
    if (!text.startsWith(parts[0]!)) return false;
    let at = parts[0]!.length;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - at >= last.length && text.endsWith(last);
  };
}
