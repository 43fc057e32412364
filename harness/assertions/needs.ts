/** What a backend cannot give evidence for is not judged: neither passed nor failed, whatever was found. */
import { type Capability, describeLack, lacking } from '../record/capability.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { Verdict } from './assertion.ts';

/** The verdict as it is, or `not judged` with what the backend lacks. `needs` are those of the whole kind. */
export function unlessLacking(
  verdict: Verdict,
  needs: readonly Capability[] | undefined,
  { backend }: RunRecord,
): Verdict {
  const { needs: own = [], ...rest } = verdict;
  const lacks = lacking([...new Set([...(needs ?? []), ...own])], new Set(backend.capabilities));
  if (lacks.length === 0) return rest;
  return {
    ...rest,
    outcome: 'not judged',
    actual: `cannot be judged on this backend: ${backend.name} lacks ${describeLack(lacks)}`,
    lacks,
  };
}
