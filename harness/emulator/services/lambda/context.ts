import { pageOf } from '../../http/pages.ts';
import type { PermissionsPort, ServiceEnvironment } from '../ports.ts';
import type { ArchiveLinks } from './code/archive-links.ts';
import type { CodeStore } from './code/code-store.ts';
import { invalidParameter } from './errors.ts';
import type { FunctionControl } from './function-control.ts';
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
  archives: ArchiveLinks;
  control: FunctionControl;
  invoker: Invoker;
  pool: SandboxPool;
  provisioner: Provisioner;
  permissions: Pick<PermissionsPort, 'refusesTrust'>;
}

/** AWS answers 50 entries at most, whatever is asked for. */
const MAX_PAGE = 50;

/**
 * One page of a list by `Marker` and `MaxItems`.
 * @param list names the list with its filters
 * @param entries in the order of their keys, unless `isAfter` says otherwise
 * @throws AwsError InvalidParameterValueException for a marker of another list
 */
export function page<T>(
  list: string,
  entries: readonly T[],
  { Marker, MaxItems = MAX_PAGE }: { Marker?: string | undefined; MaxItems?: number | undefined },
  keyOf: (entry: T) => string,
  isAfter?: (entry: T, key: string) => boolean,
): { items: T[]; next: string | undefined } {
  const { entries: items, nextToken: next } = pageOf(entries, {
    list,
    maxResults: Math.min(MaxItems, MAX_PAGE),
    nextToken: Marker || undefined,
    keyOf,
    ...(isAfter ? { isAfter } : {}),
    invalidToken: () => invalidParameter('The Marker is not one of this list.'),
  });
  return { items, next };
}
