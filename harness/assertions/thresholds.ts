import { type Bound, describeBound, keeps, unitMistakes } from '../metrics/bound.ts';
import type { Evidence } from '../metrics/evidence.ts';
import { evaluateExpression, metricNeeds, resolveExpression, unitFor } from '../metrics/index.ts';
import { formatQuantity } from '../metrics/quantity.ts';
import { evidenceFiles, type Verdict } from './assertion.ts';

/** Judges `thresholds`: metric expressions with limits. The expressions were checked when the file was read. */
export function judgeThresholds(thresholds: Readonly<Record<string, Bound>>, evidence: Evidence): Verdict[] {
  return Object.entries(thresholds).map(([text, bound]) => {
    const expression = resolveExpression(text, evidence.record.pack);
    const unit = unitFor(expression, evidence.record);
    const value = evaluateExpression(expression, evidence.record);
    const verdict: Verdict = {
      name: text,
      outcome: 'not judged',
      expected: describeBound(bound, unit),
      actual: `no evidence: ${expression.definition.source}`,
      path: ['thresholds', text],
      evidence: evidenceFiles.record,
      ...(bound.soft ? { soft: true } : {}),
      needs: metricNeeds(expression.definition, evidence.record),
    };
    if (value === undefined) return verdict;
    // Units of the functions' own metrics are known only now.
    const [mistake] = unitMistakes(bound, unit);
    const actual = formatQuantity(value, unit);
    if (mistake !== undefined) return { ...verdict, outcome: 'failed', actual: `${actual}, and ${mistake}` };
    return { ...verdict, outcome: keeps(bound, value, unit) ? 'passed' : 'failed', actual };
  });
}
