/** Operators of filter conditions, with Jayway's rules: values of different types are never equal nor ordered. */
import { isDeepStrictEqual } from 'node:util';
import { compareNumbers, isJsonNumber, type Json, numberOf } from '../../../core/json.ts';
import type { Operator } from './syntax.ts';

/** `left operator right`; `undefined` stands for a path that leads nowhere. */
export function compare(operator: Operator, left: Json | undefined, right: Json | undefined): boolean {
  switch (operator) {
    case '==':
      return left !== undefined && right !== undefined && isEqual(left, right);
    case '!=':
      return left === undefined || right === undefined ? left !== right : !isEqual(left, right);
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
      return (typeof left === 'string' || Array.isArray(left)) && left.length === numberOf(right);
    case 'empty':
      return (typeof left === 'string' || Array.isArray(left)) && (left.length === 0) === right;
  }
}

function isOrdered(operator: '<' | '<=' | '>' | '>=', left?: Json, right?: Json): boolean {
  let order: number;
  if (isJsonNumber(left) && isJsonNumber(right)) order = compareNumbers(left, right);
  else if (typeof left === 'string' && typeof right === 'string')
    order = left < right ? -1 : left > right ? 1 : 0;
  else return false;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function holds(list: Json | undefined, item: Json | undefined): boolean {
  return Array.isArray(list) && item !== undefined && list.some((each) => isEqual(each, item));
}

/** Numbers are equal by value, as Jayway compares them. */
function isEqual(left: Json, right: Json): boolean {
  if (isJsonNumber(left) && isJsonNumber(right)) return compareNumbers(left, right) === 0;
  return isDeepStrictEqual(left, right);
}
