import { wildcardTest } from '../wildcard.ts';
import { compileRegex } from './message-filter.ts';

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** The right side of a comparison, as the pattern's lexer found it. */
export interface Operand {
  text: string;
  quoted: boolean;
  isRegex: boolean;
}

/** True when `actual` (text or number of a log event) stands to the operand as the operator says. */
export function comparison(
  operator: ComparisonOperator,
  operand: Operand,
): (actual: string | number) => boolean {
  const equals = equality(operand);
  if (operator === '=') return equals;
  if (operator === '!=') return (actual) => !equals(actual);
  const limit = Number(operand.text);
  return (actual) => {
    const value = typeof actual === 'number' ? actual : actual.trim() === '' ? Number.NaN : Number(actual);
    if (operator === '<') return value < limit;
    if (operator === '<=') return value <= limit;
    return operator === '>' ? value > limit : value >= limit;
  };
}

function equality({ text, quoted, isRegex }: Operand): (actual: string | number) => boolean {
  if (isRegex) {
    const compiled = compileRegex(text);
    return (actual) => compiled.test(String(actual));
  }
  if (text.includes('*')) {
    const matches = wildcardTest(text);
    return (actual) => matches(String(actual));
  }
  const number = quoted || text.trim() === '' ? Number.NaN : Number(text);
  return (actual) =>
    String(actual) === text || (!Number.isNaN(number) && Number(actual) === number && actual !== '');
}
