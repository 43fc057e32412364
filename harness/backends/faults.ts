/** Faults as scenarios and backends share them; what each does is the emulator's. */
import { type ChaosRule, chaosRuleSchema } from '../emulator/chaos/rule.ts';

/** One rule: which calls of which operation, and one fault. */
export const faultRuleSchema = chaosRuleSchema;
export type FaultRule = ChaosRule;
