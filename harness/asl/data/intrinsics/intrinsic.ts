/**
 * What an intrinsic function is. AWS answers every misuse with States.Runtime and "There was an error while
 * evaluating the intrinsic function: States.X(...). Invalid arguments in States.X".
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 */
import { type Json, numberOf } from '../../../core/json.ts';
import type { Random } from '../../../core/random.ts';

export interface Intrinsic {
  minArguments: number;
  /** `Infinity` for variadic functions. */
  maxArguments: number;
  /** Computes the value; throws {@link IntrinsicError} for arguments it cannot take. */
  apply(values: readonly Json[], call: IntrinsicCall): Json;
}

interface IntrinsicCall {
  random: Random;
  /** The first argument as a literal of the definition, escapes still in it; States.Format needs to see them. */
  literalTemplate: string | undefined;
}

/** `detail` follows "Invalid arguments in States.X" when there is something to add. */
export class IntrinsicError extends Error {
  readonly detail: string;
  /** 'template' is States.Format's "Invalid template in States.Format: ...". */
  readonly subject: 'arguments' | 'template';

  constructor(detail = '', subject: 'arguments' | 'template' = 'arguments') {
    super(detail);
    this.name = 'IntrinsicError';
    this.detail = detail;
    this.subject = subject;
  }
}

/** Longest input of Base64 and Hash functions. */
const MAX_CHARACTERS = 10_000;
const MAX_INT32 = 2_147_483_647;

export function arrayArgument(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new IntrinsicError();
  return value;
}

export function stringArgument(value: Json | undefined): string {
  if (typeof value !== 'string') throw new IntrinsicError();
  return value;
}

/** A string of at most 10,000 characters. */
export function shortStringArgument(value: Json | undefined): string {
  const text = stringArgument(value);
  if (text.length > MAX_CHARACTERS) throw new IntrinsicError();
  return text;
}

export function numberArgument(value: Json | undefined): number {
  const number = numberOf(value);
  if (number === undefined) throw new IntrinsicError();
  return number;
}

/** The integer part of a number, as AWS takes bounds and indices. */
export function integerArgument(value: Json | undefined): number {
  return Math.trunc(numberArgument(value)) || 0;
}

export function int32(value: number): number {
  if (value > MAX_INT32 || value < -MAX_INT32 - 1) throw new IntrinsicError();
  return value;
}
