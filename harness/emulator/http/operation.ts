/**
 * The contract between the wire and a service: one descriptor per AWS operation, whatever the protocol. The request
 * pipeline (`pipeline.ts`) decodes the input by AWS's model, authorizes it by `permission`, validates it, and only
 * then calls `handle`; no operation does any of this itself.
 *
 *     export const getThing = defineOperation<ThingContext, GetThingCommandInput>({
 *       name: 'GetThing',
 *       permission: ({ ThingName }, { env }) => [{ action: 'things:GetThing', resource: thingArn(env, ThingName) }],
 *       handle: ({ store }, { ThingName }) => ({ Thing: render(store.get(ThingName)) }),
 *     });
 */
import type { AwsError } from '../../core/errors.ts';
import type { Adjustments } from './model/service-model.ts';
import type { Permission } from './permission.ts';
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

/** An input that passed validation: members that AWS's model requires are there. */
export type Validated<I> = { [K in keyof I]: object extends Pick<I, K> ? I[K] : NonNullable<I[K]> };

/**
 * One AWS operation. `C` is the service's context, `I` the input as AWS's SDK types it (`import type` from the client
 * package: blobs are Uint8Array, timestamps Date), `O` what `render` takes.
 */
export interface OperationParts<C, I, O> {
  /** AWS's operation name, e.g. `PutObject`. */
  name: string;
  /** Only where the model's binding does not suffice, or AWS's model has no such operation. */
  http?: HttpBinding;
  /** Recorded deviations of this operation's constraints from the model, by member path. Cite the recording. */
  input?: Adjustments;
  permission: Permission<C, I>;
  /** Where a recording shows that AWS validates before it authorizes. Cite it. */
  order?: 'validate-first';
  /** Bytes of the body at most, where it differs from the service's limit. */
  maxBodyBytes?: number;
  /** AWS's error for a larger body. */
  tooLarge?(limitBytes: number): AwsError;
  /** The call carries no signature, its link is its permission: not authenticated. Say why. */
  isUnsigned?: true;
  /** @throws AwsError */
  handle(context: C, input: Validated<I>, request: WireRequest): O | Promise<O>;
  /** Left out, the protocol renders the output's members: times as `Date`s, lists as arrays, maps as plain objects. */
  render?(output: O, request: WireRequest): WireResponse;
}

/** An operation as a registry holds it, types erased. */
export interface Operation<C> extends OperationParts<C, never, never> {}

/** Closes a descriptor over its input and output types. */
export function defineOperation<C, I, O = object | undefined>(parts: OperationParts<C, I, O>): Operation<C> {
  return parts as unknown as Operation<C>;
}
