import { isJsonNumber, type Json } from '../../core/json.ts';
import type { ChoiceOperator } from './operator.ts';
import { timestampMs } from './timestamp.ts';

/** `IsX: true` asks for the type, `IsX: false` for any other. */
const asks =
  (is: (value: Json) => boolean): ChoiceOperator =>
  (value, operand) =>
    is(value) === operand;

/** IsPresent is not here: it is about the path, not the value. */
export const typeTests: [string, ChoiceOperator][] = [
  ['IsNull', asks((value) => value === null)],
  ['IsString', asks((value) => typeof value === 'string')],
  ['IsNumeric', asks(isJsonNumber)],
  ['IsBoolean', asks((value) => typeof value === 'boolean')],
  ['IsTimestamp', asks((value) => timestampMs(value) !== undefined)],
];
