import { type Bound, describeBound, keeps } from '../metrics/bound.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { evaluateExpression, resolveExpression } from '../metrics/index.ts';
import { formatQuantity } from '../metrics/quantity.ts';
import { evidenceFiles, type Verdict } from './assertion.ts';

/** Judges `thresholds`: metric expressions with limits. The expressions were checked when the file was read. */
export function judgeThresholds(thresholds: Readonly<Record<string, Bound>>, evidence: Evidence): Verdict[] {
  return Object.entries(thresholds).map(([text, bound]) => {
    const expression = resolveExpression(text);
    const value = evaluateExpression(expression, evidence.record);
    const verdict: Verdict = {
      name: text,
      outcome: 'not judged',
      expected: describeBound(bound, expression.unit),
      actual: `no evidence: ${expression.definition.source}`,
      path: ['thresholds', text],
      evidence: evidenceFiles.record,
      ...(bound.soft ? { soft: true } : {}),
      ...(expression.definition.needs ? { needs: expression.definition.needs } : {}),
    };
    if (value === undefined) return verdict;
    return {
      ...verdict,
      outcome: keeps(bound, value, expression.unit) ? 'passed' : 'failed',
      actual: formatQuantity(value, expression.unit),
    };
  });
}
