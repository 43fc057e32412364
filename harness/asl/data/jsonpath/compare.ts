/** Operators of filter conditions, with Jayway's rules: values of different types are never equal nor ordered. */
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../../core/json.ts';
import type { Operator } from './syntax.ts';

/** `left operator right`; `undefined` stands for a path that leads nowhere. */
export function compare(operator: Operator, left: Json | undefined, right: Json | undefined): boolean {
  switch (operator) {
    case '==':
      return left !== undefined && right !== undefined && isDeepStrictEqual(left, right);
    case '!=':
      return left === undefined || right === undefined ? left !== right : !isDeepStrictEqual(left, right);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOrdered(operator, left, right);
    case 'in':
      return holds(right, left);
    case 'nin':
      return Array.isArray(right) && !holds(right, left);
    case 'subsetof':
      return Array.isArray(left) && left.every((item) => holds(right, item));
    case 'anyof':
      return Array.isArray(left) && left.some((item) => holds(right, item));
    case 'noneof':
      return Array.isArray(left) && Array.isArray(right) && !left.some((item) => holds(right, item));
    case 'contains':
      return typeof left === 'string' && typeof right === 'string'
        ? left.includes(right)
        : holds(left, right);
    case 'size':
      return (typeof left === 'string' || Array.isArray(left)) && left.length === right;
    case 'empty':
      return (typeof left === 'string' || Array.isArray(left)) && (left.length === 0) === right;
  }
}

function isOrdered(operator: '<' | '<=' | '>' | '>=', left?: Json, right?: Json): boolean {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!comparable) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

function holds(list: Json | undefined, item: Json | undefined): boolean {
  return Array.isArray(list) && item !== undefined && list.some((each) => isDeepStrictEqual(each, item));
}
