/**
 * TestState's field validation: a mocked result against the shape of the API's answer. STRICT wants required
 * fields, PRESENT looks only at what is there; fields that the API does not know pass in both (recorded).
 */
import { isJsonObject, type Json } from '../../../../core/json.ts';
import { validationError } from '../errors.ts';
import type { TaskResource } from '../integrations/resource.ts';
import { type ResultShape, resultShape } from './result-shapes.ts';

/** Throws ValidationException at the first field that does not fit; APIs without a known shape are not checked. */
export function checkMockResult(resource: TaskResource, result: Json, mode: 'STRICT' | 'PRESENT'): void {
  const shape = resultShape(resource);
  if (shape) checkValue(shape, result, undefined, mode === 'STRICT');
}

function fault(why: string): Error {
  return validationError(`Mock result schema validation error: ${why}`);
}

function checkValue(shape: ResultShape, value: Json, field: string | undefined, strict: boolean): void {
  const named = field === undefined ? 'Mock result' : `Field '${field}'`;
  switch (shape.type) {
    case 'object':
      if (!isJsonObject(value)) throw fault(`${named} must be an object`);
      for (const name of strict ? (shape.required ?? []) : [])
        if (value[name] === undefined) throw fault(`Required field '${name}' is missing`);
      for (const [name, member] of Object.entries(shape.members)) {
        const given = value[name];
        if (given !== undefined) checkValue(member, given, name, strict);
      }
      return;
    case 'array':
      if (!Array.isArray(value)) throw fault(`${named} must be an array`);
      for (const element of value) checkValue(shape.of, element, field, strict);
      return;
    case 'string':
      if (typeof value !== 'string') throw fault(`${named} must be a string`);
      if (shape.min !== undefined && value.length < shape.min)
        throw fault(`${named} is smaller than the minimum length`);
      if (shape.max !== undefined && value.length > shape.max)
        throw fault(`${named} exceeds the maximum length`);
      if (shape.values && !shape.values.includes(value)) throw fault(`${named} is not an expected value`);
      return;
    case 'number':
      if (typeof value !== 'number') throw fault(`${named} must be a number`);
      if (shape.min !== undefined && value < shape.min)
        throw fault(`${named} is less than the minimum value`);
      if (shape.max !== undefined && value > shape.max) throw fault(`${named} exceeds the maximum value`);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw fault(`${named} must be a boolean`);
      return;
    case 'any':
  }
}
