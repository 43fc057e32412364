/**
 * awsQuery (IAM, STS): a form with `Action`, answered in XML.
 * Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { AwsError } from '../../../core/errors.ts';
import type { CallGuard } from '../call-guard.ts';
import { defineOperation, type Operation } from '../legacy-operation.ts';
import { readBody } from '../read-body.ts';
import type { Service, ServiceName, WireRequest, WireResponse } from '../wire.ts';
import { renderXml } from './xml.ts';

const MAX_REQUEST_BYTES = 1024 * 1024;

/** The form's members, flat as sent (`Tags.member.1.Key`). */
export type QueryInput = { readonly [member: string]: string | undefined };

/** An operation of a query service; `handle` returns the members of `<Operation>Result`. */
export function defineQueryOperation<C>(
  namespace: string,
  parts: {
    name: string;
    handle(context: C, input: QueryInput, request: WireRequest): object | Promise<object>;
  },
): Operation<C> {
  return defineOperation<C, QueryInput, object>({
    name: parts.name,
    parse: (request) => Object.fromEntries(request.query),
    handle: parts.handle,
    render: (output, request) => ({
      status: 200,
      body: renderXml({
        [`${parts.name}Response`]: {
          '@xmlns': namespace,
          [`${parts.name}Result`]: output,
          ResponseMetadata: { RequestId: request.requestId },
        },
      }),
    }),
  });
}

/** The list members of a form: `Prefix.member.1`, `Prefix.member.2` ... */
export function queryList(input: QueryInput, prefix: string): string[] {
  const list: string[] = [];
  for (let i = 1; ; i++) {
    const value = input[`${prefix}.member.${i}`];
    if (value === undefined) return list;
    list.push(value);
  }
}

/** A service that speaks AWS Query. */
export function awsQueryService<C>(options: {
  name: ServiceName;
  operations: readonly Operation<C>[];
  context: C;
  /** Asked once the operation is known; the form stands in the query. */
  guard?: CallGuard;
  stop?: () => Promise<void>;
}): Service {
  const byName = new Map(options.operations.map((operation) => [operation.name, operation]));
  return {
    name: options.name,
    operations: [...byName.keys()],
    stop: options.stop ?? (async () => {}),
    async handle(request) {
      const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': request.requestId };
      try {
        const authentic = (await options.guard?.authenticate?.(request)) ?? request;
        const form = await readBody(authentic.body, MAX_REQUEST_BYTES);
        const query = new URLSearchParams([...request.query, ...new URLSearchParams(form.toString('utf8'))]);
        const action = query.get('Action') ?? '';
        const operation = byName.get(action);
        if (!operation) {
          throw new AwsError(
            'InvalidAction',
            `Could not find operation ${action} for version ${query.get('Version')}`,
          );
        }
        const read = { ...request, query };
        const admitted = (await options.guard?.admit(action, read, {})) ?? read;
        const response = await operation.run(options.context, admitted, {});
        return { ...response, headers: { ...headers, ...response.headers } };
      } catch (error) {
        return { ...renderQueryError(error, request), headers };
      }
    },
  };
}

/** AwsError as query services write it; anything else is thrown on. */
export function renderQueryError(error: unknown, request: WireRequest): WireResponse {
  if (!(error instanceof AwsError)) throw error;
  const body = { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message };
  return {
    status: error.status,
    body: renderXml({ ErrorResponse: { Error: body, RequestId: request.requestId } }),
  };
}
