/** What the operations of Step Functions share: their permission, their pages, and calls that state machines make. */
import { type Json, type JsonObject, plainJson } from '../../../core/json.ts';
import { parseJson } from '../../../core/json-parse.ts';
import { printJson } from '../../../core/json-print.ts';
import { decodeMembers } from '../../http/model/decode.ts';
import type { ServiceModel } from '../../http/model/service-model.ts';
import { validationMessage, violationsOf } from '../../http/model/validate.ts';
import type { Operation } from '../../http/operation.ts';
import { type Page, type PageRequest, pageOf } from '../../http/pages.ts';
import type { AuthorizedCall } from '../../http/permission.ts';
import type { StepFunctionsContext } from './context.ts';
import { invalidPaginationToken, validationError } from './errors.ts';
import { authorize } from './own-calls.ts';

export type StatesOperation = Operation<StepFunctionsContext>;

/** The principal that state machines' roles are passed to. */
export const STATES_PRINCIPAL = 'states.amazonaws.com';

/**
 * The permission of an operation: its own name on the resource that its input names.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
 */
export const statesCall = (operation: string, resource: string | undefined): AuthorizedCall => ({
  action: `states:${operation}`,
  resource: resource ?? '*',
});

const DEFAULT_PAGE = 100;

/** Entries of a page; 0 stands for the default, as on AWS. */
export const pageSize = (maxResults: number | undefined): number => maxResults || DEFAULT_PAGE;

/** One page of a list operation. @throws AwsError InvalidToken */
export function statesPage<T>(
  entries: Iterable<T>,
  input: { maxResults?: number | undefined; nextToken?: string | undefined },
  list: Pick<PageRequest<T>, 'list' | 'keyOf' | 'isAfter'>,
): Page<T> {
  return pageOf(entries, {
    ...list,
    maxResults: pageSize(input.maxResults),
    nextToken: input.nextToken,
    invalidToken: invalidPaginationToken,
  });
}

/** Entries by their names, in the order in which a page's token finds its place again. */
export const byName = <T extends { name: string }>(entries: Iterable<T>): T[] =>
  [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * Runs an operation as a state machine's `aws-sdk:sfn` task does: decoded, authorized as the machine's role and
 * validated through the descriptor that clients' requests go through.
 * @param input members by the API's names
 * @throws AwsError
 */
export async function callInPlace(
  operation: StatesOperation,
  input: JsonObject,
  { model, context, roleArn }: { model: ServiceModel; context: StepFunctionsContext; roleArn: string },
): Promise<JsonObject> {
  const members = decodeMembers(
    model,
    model.inputOf(operation.name)!,
    plainJson(input) as JsonObject,
    'json',
  );
  // No operation of this service reads the HTTP request.
  const noRequest = undefined as never;
  for (const call of operation.permission(members as never, context, noRequest))
    authorize(context, roleArn, call);
  const violations = violationsOf(model, operation.name, members, operation.input);
  if (violations.length > 0) throw validationError(validationMessage(violations));
  const answer = await operation.handle(context, members as never, noRequest);
  return parseJson(printJson(answer as Json)) as JsonObject;
}
