import type { JsonObject } from '../../../core/json.ts';
import type { PathParameters } from '../../http/legacy-operation.ts';
import { defineOperation, type HttpBinding, type Operation } from '../../http/legacy-operation.ts';
import { jsonResponse, readJsonObject } from '../../http/protocols/rest-json.ts';
import type { WireRequest } from '../../http/wire.ts';
import type { PermissionsPort, ServiceEnvironment } from '../ports.ts';
import type { CodeStore } from './code/code-store.ts';
import { validation } from './errors.ts';
import type { FunctionControl } from './function-control.ts';
import { type FunctionReference, functionReference, reachable } from './function-name.ts';
import type { Invoker } from './invoke/invoker.ts';
import type { Provisioner } from './provisioned-concurrency.ts';
import type { SandboxPool } from './runtime/sandbox-pool.ts';
import type { CodeSigningStore } from './store/code-signing-store.ts';
import type { FunctionStore } from './store/function-store.ts';
import type { LayerStore } from './store/layer-store.ts';

/** What an operation of this service works on. */
export interface LambdaContext {
  env: ServiceEnvironment;
  store: FunctionStore;
  layers: LayerStore;
  codeSigning: CodeSigningStore;
  code: CodeStore;
  control: FunctionControl;
  invoker: Invoker;
  pool: SandboxPool;
  provisioner: Provisioner;
  permissions: Pick<PermissionsPort, 'refusesTrust'>;
}

/** A request with its parts read: what most operations need. */
export interface LambdaInput {
  path: PathParameters;
  query: URLSearchParams;
  body: JsonObject;
  /** The function meant by the path and `Qualifier`. */
  reference(): FunctionReference;
}

/** Requests with code: 50 MB of zip in base64, and a little JSON around it. */
const MAX_BODY_BYTES = 70_167_211;

/** An operation that reads JSON and answers JSON with `status`; an answer of `undefined` has no body. */
export function defineLambdaOperation(parts: {
  name: string;
  http: HttpBinding;
  status?: number;
  handle(
    context: LambdaContext,
    input: LambdaInput,
    request: WireRequest,
  ): object | undefined | Promise<object | undefined>;
}): Operation<LambdaContext> {
  const { name, http, status = 200, handle } = parts;
  return defineOperation<LambdaContext, LambdaInput, object | undefined>({
    name,
    http,
    async parse(request, path) {
      const { query } = request;
      const hasBody = http.method === 'POST' || http.method === 'PUT';
      const body = hasBody ? await readJsonObject(request, MAX_BODY_BYTES) : {};
      const qualifier = query.get('Qualifier') ?? undefined;
      return { path, query, body, reference: () => functionReference(path['FunctionName'] ?? '', qualifier) };
    },
    handle: (context, input, request) =>
      handle(context, { ...input, reference: () => reachable(context.env, input.reference()) }, request),
    render: (output) => (output === undefined ? { status } : jsonResponse(status, output)),
  });
}

/** One page of a list by `Marker` and `MaxItems`. @throws AwsError ValidationException */
export function page<T>(query: URLSearchParams, items: readonly T[]): { items: readonly T[]; next?: string } {
  const asked = query.get('MaxItems');
  if (asked !== null && Number(asked) < 1) {
    throw validation(asked, 'maxItems', 'Member must have value greater than or equal to 1');
  }
  const size = Math.min(Math.max(Number(asked ?? 50) || 50, 1), 50);
  const marker = query.get('Marker');
  const start = marker ? Number(Buffer.from(marker, 'base64url').toString()) || 0 : 0;
  const end = start + size;
  if (end >= items.length) return { items: items.slice(start) };
  return { items: items.slice(start, end), next: Buffer.from(String(end)).toString('base64url') };
}
