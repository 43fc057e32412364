/**
 * restJson1 (Lambda): paths and methods name the operation.
 * Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
import { AwsError } from '../../../core/errors.ts';
import { decodeMembers } from '../model/decode.ts';
import type { ServiceModel, Shape } from '../model/service-model.ts';
import type { Operation } from '../operation.ts';
import { restRouter } from '../routing.ts';
import { type Codec, parseJsonBody, toJsonOutput } from './codec.ts';
import { decodeLocations, restBindings } from './rest.ts';

/** Errors whose text stands in `Message`; in all others it stands in `message`. Source: Lambda's API model. */
const CAPITAL_MESSAGE =
  /^(?:ResourceNotFoundException|ServiceException|CodeSigningConfigNotFoundException|AccessDeniedException)$/;

/** The input shape of an operation by where its members stand. */
interface DecodingPlan {
  located: Shape;
  inBody?: Shape;
  /** The member that is the whole body. */
  payload?: string;
}

function decodingPlan(shape: Shape): DecodingPlan {
  const members = Object.entries(shape.members ?? {});
  const inBody = members.filter(([, reference]) => reference.in === undefined);
  return {
    located: {
      ...shape,
      members: Object.fromEntries(members.filter(([, { in: place }]) => place !== undefined)),
    },
    ...(inBody.length > 0 ? { inBody: { ...shape, members: Object.fromEntries(inBody) } } : {}),
    ...(shape.payload === undefined ? {} : { payload: shape.payload }),
  };
}

export function restJsonCodec<C>(model: ServiceModel, operations: readonly Operation<C>[]): Codec {
  const route = restRouter(restBindings(model, operations));
  const plans = new Map<string, DecodingPlan | undefined>();
  const planOf = (operation: string): DecodingPlan | undefined => {
    if (!plans.has(operation)) {
      const shape = model.inputOf(operation);
      plans.set(operation, shape && decodingPlan(shape));
    }
    return plans.get(operation);
  };
  return {
    matchesEarly: true,
    accepts: () => true,
    // Older SDKs put a slash after the last segment.
    match: (request) => route(request, request.path.replace(/(?<=.)\/+$/, '')),
    decode(request, body, match) {
      const plan = planOf(match.name);
      // An operation that AWS does not have takes the parameters of its path.
      if (!plan) return model.operation(match.name) ? {} : { ...match.parameters };
      const located = decodeLocations(model, plan.located, request, match);
      if (plan.payload !== undefined) return { ...located, [plan.payload]: body };
      if (!plan.inBody) return located;
      const input = parseJsonBody(body, 'InvalidRequestContentException');
      return { ...decodeMembers(model, plan.inBody, input, 'json', true), ...located };
    },
    render({ name }, output) {
      const status = model.operation(name)?.status ?? 200;
      return output === undefined
        ? { status }
        : {
            status,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(toJsonOutput(output)),
          };
    },
    renderError({ code, status, details, headers, message }) {
      const text = CAPITAL_MESSAGE.test(code) ? { Message: message === '' ? null : message } : { message };
      return {
        status,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': code, ...headers },
        body: JSON.stringify({ ...details, ...text }),
      };
    },
    headers: ({ requestId }) => ({ 'x-amzn-requestid': requestId }),
    unknownOperation: ({ method, path }) =>
      new AwsError('UnknownOperationException', `${method} ${path} is not served.`, 404),
  };
}
