/**
 * What the REST protocols share: which operation method, path, query and headers name, and the members they carry.
 * Operations that AWS has and this emulator does not serve are matched too, so that none is taken for another.
 */
import type { Json } from '../../../core/json.ts';
import { decodeScalar, type Members } from '../model/decode.ts';
import type { ServiceModel, Shape } from '../model/service-model.ts';
import type { HttpBinding, Operation } from '../operation.ts';
import type { RoutedOperation } from '../routing.ts';
import type { WireRequest } from '../wire.ts';
import type { OperationMatch } from './codec.ts';

/** The binding of every operation: the descriptor's own, else the model's. */
export function restBindings<C>(model: ServiceModel, operations: readonly Operation<C>[]): RoutedOperation[] {
  const own = new Map(operations.map(({ name, http }) => [name, http]));
  const names = new Set([...own.keys(), ...model.operationNames()]);
  return [...names].flatMap((name) => {
    const http = own.get(name) ?? modelBinding(model, name);
    return http ? [{ name, http }] : [];
  });
}

function modelBinding(model: ServiceModel, name: string): HttpBinding | undefined {
  const operation = model.operation(name);
  if (!operation) return undefined;
  const [method, uri] = operation.http;
  const [path = '', query] = uri.split('?');
  return { method, path, ...(query === undefined ? {} : { query: query.split('&') }) };
}

/** Members that stand in path, query and headers. @throws AwsError SerializationException */
export function decodeLocations(
  model: ServiceModel,
  shape: Shape,
  request: WireRequest,
  { parameters }: OperationMatch,
): Members {
  const members: Members = {};
  for (const [name, reference] of Object.entries(shape.members ?? {})) {
    if (reference.in === undefined) continue;
    const wireName = reference.name ?? name;
    const target = model.shape(reference.shape);
    if (reference.in === 'headers') {
      const prefixed = headersUnder(request, wireName);
      if (Object.keys(prefixed).length > 0) members[name] = prefixed;
      continue;
    }
    const value = locate(request, parameters, reference.in, wireName, target);
    if (value === undefined) continue;
    members[name] =
      target.type === 'list'
        ? (value as string[]).map((one) => decodeScalar(model.shape(target.member!.shape), one, 'text'))
        : decodeScalar(target, value as Json, 'text');
  }
  return members;
}

function locate(
  request: WireRequest,
  parameters: OperationMatch['parameters'],
  where: string,
  wireName: string,
  target: Shape,
): Json | undefined {
  if (where === 'uri') return parameters[wireName];
  if (where === 'header') {
    const header = request.headers[wireName.toLowerCase()];
    return target.type === 'list' && header !== undefined ? header.split(/\s*,\s*/) : header;
  }
  if (target.type !== 'list') return request.query.get(wireName) ?? undefined;
  const values = request.query.getAll(wireName);
  return values.length === 0 ? undefined : values;
}

/** Headers that begin with a prefix (`x-amz-meta-`), by what follows it. */
export function headersUnder(
  { headers }: Pick<WireRequest, 'headers'>,
  prefix: string,
): { [name: string]: string } {
  const start = prefix.toLowerCase();
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(start) && value !== undefined ? [[name.slice(start.length), value]] : [],
    ),
  );
}
