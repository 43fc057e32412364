/**
 * A service that today's clients reach in several protocols (CloudWatch: query by older ones, awsJson1_0, Smithy
 * RPC v2 CBOR by the newest). Operations see members and answer members, whatever the protocol.
 */
import { AwsError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { CallGuard } from '../call-guard.ts';
import type { Service, ServiceName, WireRequest, WireResponse } from '../wire.ts';
import { cborCodec } from './rpc/cbor.ts';
import { type RpcCodec, type RpcDialect, readUnpacked } from './rpc/codec.ts';
import { jsonCodec } from './rpc/json.ts';
import { queryCodec } from './rpc/query.ts';

/** An operation that is told nothing of the wire. `C` is the service's context. */
export interface RpcOperation<C> {
  readonly name: string;
  /**
   * `input` holds numbers and booleans as texts when they came by query. Answers: times are `Date`s, maps `Map`s.
   * @throws AwsError with the code of the query protocol
   */
  handle(context: C, input: JsonObject, request: WireRequest): object | Promise<object>;
}

/** Protocols that path or headers tell; whatever is none of them is answered as query does. */
const MARKED: readonly RpcCodec[] = [cborCodec, jsonCodec];
const NOTHING = Buffer.alloc(0);

export function multiProtocolService<C>(options: {
  name: ServiceName;
  dialect: RpcDialect;
  operations: readonly RpcOperation<C>[];
  context: C;
  /** Bytes of a request, unpacked. */
  limitBytes: number;
  guard?: CallGuard;
  stop?: () => Promise<void>;
}): Service {
  const { dialect, guard, context } = options;
  const byName = new Map(options.operations.map((operation) => [operation.name, operation]));
  const answer = async (codec: RpcCodec, request: WireRequest, body: Buffer): Promise<WireResponse> => {
    const name = codec.operationOf(request, body, dialect) ?? '';
    const operation = byName.get(name);
    if (!operation) throw new AwsError('InvalidAction', `Could not find operation ${name}.`);
    const input = codec.decode(request, body);
    await guard?.admit(name, request, {}, input);
    await request.before?.(name, {});
    return codec.render(name, await operation.handle(context, input, request), request, dialect);
  };
  return {
    name: options.name,
    operations: [...byName.keys()],
    stop: options.stop ?? (async () => {}),
    async handle(request) {
      const codec = MARKED.find((one) => one.operationOf(request, NOTHING, dialect)) ?? queryCodec;
      try {
        const authentic = (await guard?.authenticate?.(request)) ?? request;
        const body = await readUnpacked(authentic, options.limitBytes);
        return await answer(codec, authentic, body);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return codec.renderError(error, request, dialect);
      }
    },
  };
}
