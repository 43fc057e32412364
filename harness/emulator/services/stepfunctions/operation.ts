/** How an operation of Step Functions is written: its members read, then handled. */
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import { parseJson } from '../../../core/json-parse.ts';
import { printJson } from '../../../core/json-print.ts';
import type { Operation } from '../../http/legacy-operation.ts';
import { defineJsonOperation } from '../../http/protocols/aws-json.ts';
import type { StepFunctionsContext } from './context.ts';
import { Members } from './members.ts';

/** An operation that may also be called in place, as machines do through aws-sdk:sfn. */
export interface StatesOperation extends Operation<StepFunctionsContext> {
  call(context: StepFunctionsContext, input: JsonObject): Promise<JsonObject>;
}

/** Closes an operation over its input type. `read` may throw; what it notes is thrown together. */
export function statesOperation<I>(parts: {
  name: string;
  read(members: Members): I;
  /** Dates in the answer are seconds since the epoch; undefined members are not sent. */
  handle(context: StepFunctionsContext, input: I): object | Promise<object>;
}): StatesOperation {
  const { name, read, handle } = parts;
  const parse = (body: JsonObject) => Members.read(body, read);
  return {
    ...defineJsonOperation<StepFunctionsContext, I>({ name, parse, handle }),
    async call(context, input) {
      const answer = parseJson(printJson((await handle(context, parse(input))) as Json));
      return isJsonObject(answer) ? answer : {};
    },
  };
}
