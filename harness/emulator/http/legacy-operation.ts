/**
 * The first waist: wire to service. One AWS operation is one descriptor in one file; a service's `index.ts` lists
 * them. Types are closed over by the protocol's `define...` function, so a registry is a plain array.
 */
import { restRouter } from './rest-router.ts';
import type { WireRequest, WireResponse } from './wire.ts';

/** How a REST protocol recognises an operation: AWS's own `http` trait plus what tells look-alikes apart. */
export interface HttpBinding {
  method: string;
  /** AWS's template, e.g. `/{Bucket}/{Key+}`; `+` takes the rest of the path, slashes included. */
  path: string;
  /** Query parameters that must be present (`uploads`), or have a value (`list-type=2`). */
  query?: readonly string[];
  /** Headers that must be present, e.g. `x-amz-copy-source`. */
  headers?: readonly string[];
}

/** Path parameters, percent-decoded. */
export type PathParameters = { readonly [name: string]: string };

/** An operation as a registry holds it: types erased, ready to run. `C` is the service's context. */
export interface Operation<C> {
  /** AWS's operation name, e.g. `PutObject`. */
  readonly name: string;
  readonly http?: HttpBinding;
  run(context: C, request: WireRequest, parameters: PathParameters): Promise<WireResponse>;
}

/** The parts of an operation, before types are erased. `parse` and `render` are pure or stream. */
export interface OperationParts<C, I, O> {
  name: string;
  http?: HttpBinding;
  parse(request: WireRequest, parameters: PathParameters): I | Promise<I>;
  handle(context: C, input: I, request: WireRequest): O | Promise<O>;
  render(output: O, request: WireRequest): WireResponse;
}

/** Closes a descriptor over its input and output types. */
export function defineOperation<C, I, O>(parts: OperationParts<C, I, O>): Operation<C> {
  const { name, http, parse, handle, render } = parts;
  return {
    name,
    ...(http ? { http } : {}),
    async run(context, request, parameters) {
      if (request.before) await request.before(name, parameters);
      return render(await handle(context, await parse(request, parameters), request), request);
    },
  };
}

export interface RouteMatch<C> {
  operation: Operation<C>;
  parameters: PathParameters;
}

/** Finds the operation of a REST request. */
export function legacyMatcher<C>(
  operations: readonly Operation<C>[],
): (request: WireRequest) => RouteMatch<C> | undefined {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  const route = restRouter(operations.flatMap(({ name, http }) => (http ? [{ name, http }] : [])));
  return (request) => {
    const found = route(request, request.path);
    return found && { operation: byName.get(found.name)!, parameters: found.parameters };
  };
}
