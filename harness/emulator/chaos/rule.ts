/** How a person writes faults: in a YAML file for `up --chaos`, in a scenario, or as JSON to `/_cosmicai/chaos`. */
import { z } from 'zod';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { FAULTS, type FaultName } from './faults/index.ts';

const CALLS = /^(\d+)(?:-(\d*))?$/;

const callsSchema = z
  .union([z.int().min(1), z.string().regex(CALLS, 'calls read 3, 1-3, or 4- (from the fourth on)')])
  .transform(callRange)
  .refine(
    ({ first, last }) => first >= 1 && last >= first,
    'calls count from 1, the first no later than the last',
  );

function callRange(calls: number | string): CallRange {
  if (typeof calls === 'number') return { first: calls, last: calls };
  const [, first, last] = CALLS.exec(calls)!;
  if (last === undefined) return { first: Number(first), last: Number(first) };
  return { first: Number(first), last: last === '' ? Number.POSITIVE_INFINITY : Number(last) };
}

const probabilitySchema = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d+(?:\.\d+)?\s*%$/, 'a probability is a number from 0 to 1 or a percentage such as 2%')
      .transform((text) => Number.parseFloat(text) / 100),
  ])
  .refine((value) => value >= 0 && value <= 1, 'a probability lies between 0 and 1, or 0% and 100%');

const patterns = z.strictObject({
  function: z.string().min(1).optional().describe('function name; `*` stands for anything'),
  bucket: z.string().min(1).optional().describe('bucket; `*` stands for anything'),
  key: z.string().min(1).optional().describe('object key; `*` stands for anything'),
});

const shape = {
  id: z.string().min(1).optional().describe('name in reports; `rule-1`, `rule-2` ... when left out'),
  on: z
    .string()
    .regex(
      /^(?:\*|(?:s3|lambda|stepfunctions|logs|iam|sts)\.(?:\*|[A-Za-z0-9]+))$/,
      'on reads service.Operation, service.* or *, with a service of s3, lambda, stepfunctions, logs, iam, sts',
    )
    .describe(
      'which calls: `service.Operation`, `service.*` or `*`; services are s3, lambda, stepfunctions, logs, iam, sts',
    ),
  where: patterns.optional().describe('only calls that name these'),
  calls: callsSchema
    .optional()
    .describe(
      'which of the calls that fit, counted from 1 as they arrive: `3`, `1-3`, `4-`; all when left out',
    ),
  probability: probabilitySchema
    .optional()
    .describe('chance of each of them, from 0 to 1 or in %; 1 when left out'),
};

const faultShape = Object.fromEntries(
  Object.entries(FAULTS).map(([name, fault]) => [name, fault.schema.optional().describe(fault.description)]),
) as { [N in FaultName]: z.ZodOptional<(typeof FAULTS)[N]['schema']> };

/** One rule: which calls, and exactly one fault. */
export const chaosRuleSchema = z.strictObject({ ...shape, ...faultShape }).superRefine((rule, issues) => {
  const given = faultNamesOf(rule);
  const add = (message: string) => issues.addIssue({ code: 'custom', message });
  if (given.length !== 1) {
    add(
      `a rule has exactly one of ${Object.keys(FAULTS).join(', ')}; this one has ${given.join(', ') || 'none'}`,
    );
    return;
  }
  const stage = FAULTS[given[0]!].stage;
  if ((stage === 'init' || stage === 'invoke') && rule.on !== 'lambda.Invoke')
    add(`${given[0]} strikes functions: it stands with on: lambda.Invoke`);
});

/** As written; `parseChaosRules` reads it. */
export type ChaosRuleInput = z.input<typeof chaosRuleSchema>;
export type ChaosRule = z.output<typeof chaosRuleSchema>;

/** Calls counted from 1. @public Part of the scenario's type, which the library exports. */
export interface CallRange {
  first: number;
  /** Inclusive; Infinity for an open end. */
  last: number;
}

export function faultNamesOf(rule: object): FaultName[] {
  return (Object.keys(FAULTS) as FaultName[]).filter(
    (name) => (rule as { [name: string]: unknown })[name] !== undefined,
  );
}

/** Reads rules: a list, or an object with `rules`. @throws HarnessError `chaos-rules`, naming rule and field */
export function parseChaosRules(value: unknown, file?: string): ChaosRule[] {
  const list =
    typeof value === 'object' && value !== null && !Array.isArray(value) && 'rules' in value
      ? value.rules
      : value;
  const result = z.array(chaosRuleSchema).safeParse(list);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = (issue?.path ?? [])
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  throw new HarnessError(
    'chaos-rules',
    `The chaos rules${file === undefined ? '' : ` of ${file}`} cannot be read: rules${field}: ${issue?.message ?? 'not a list'}.`,
    {
      exitCode: ExitCode.inputWrong,
      remedy: 'A rule reads, for instance, {on: s3.GetObject, calls: 1-3, throw: SlowDown}.',
      location: { field: `rules${field}`, ...(file === undefined ? {} : { file }) },
    },
  );
}
