/** Finds the tensors of a torch checkpoint by the names that state_dict() would give them. */
import { PartitionError } from '../../../../../lambdas/shared/partition/partition.ts';
import {
  describe,
  isKind,
  type PickleValue,
  type TensorRef,
} from '../../../../../lambdas/shared/partition/pt/values.ts';

export interface FoundWeights {
  kind: 'module' | 'state_dict';
  /** Class of the outermost module, e.g. `torch.nn.parallel.data_parallel.DataParallel`. */
  className?: string;
  tensors: Map<string, TensorRef>;
  /** `num_heads` of the first attention layer, which only a module knows. */
  heads?: number;
}

/** Keys under which training scripts keep the model or its state_dict. */
const WRAPPERS = ['state_dict', 'model_state_dict', 'model', 'module', 'net', 'network'];
/** Modules nested deeper are no network but a cycle. */
const MAX_DEPTH = 64;

/** @throws PartitionError.Malformed when there is neither a module nor a state_dict. */
export function findWeights(file: string, root: PickleValue): FoundWeights {
  const found = fromValue(root, 0);
  if (found && found.tensors.size > 0) return { ...found, tensors: withoutPrefix(found.tensors) };
  throw new PartitionError(
    'Malformed',
    `${file}: it holds ${describe(root)}, expected a pickled torch module or a state_dict`,
  );
}

function fromValue(value: PickleValue | undefined, depth: number): FoundWeights | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const state = entriesOf(value);
  if (!state) return undefined;
  if (isKind(value, 'object') && state.has('_modules')) {
    const found: FoundWeights = { kind: 'module', className: value.className, tensors: new Map() };
    collect(value, '', found, 0);
    return found;
  }
  const tensors = new Map<string, TensorRef>();
  for (const [key, item] of state) if (isKind(item, 'tensor')) tensors.set(String(key), item);
  if (tensors.size > 0) return { kind: 'state_dict', tensors };
  for (const key of WRAPPERS) {
    const inner = fromValue(state.get(key), depth + 1);
    if (inner) return inner;
  }
  return undefined;
}

function collect(module: PickleValue | undefined, prefix: string, found: FoundWeights, depth: number): void {
  const state = entriesOf(module);
  if (!state || depth > MAX_DEPTH) return;
  const heads = state.get('num_heads');
  if (typeof heads === 'number' && found.heads === undefined) found.heads = heads;
  for (const kind of ['_parameters', '_buffers']) {
    for (const [key, value] of entriesOf(state.get(kind)) ?? [])
      if (isKind(value, 'tensor')) found.tensors.set(`${prefix}${key}`, value);
  }
  for (const [key, child] of entriesOf(state.get('_modules')) ?? [])
    collect(child, `${prefix}${key}.`, found, depth + 1);
}

/** DataParallel puts `module.` before every name, torch.compile `_orig_mod.`. */
function withoutPrefix(tensors: Map<string, TensorRef>): Map<string, TensorRef> {
  for (const prefix of ['module.', '_orig_mod.']) {
    if (![...tensors.keys()].every((name) => name.startsWith(prefix))) continue;
    return withoutPrefix(new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor])));
  }
  return tensors;
}

/** Members of a dict, or of an object's state. */
function entriesOf(value: PickleValue | undefined): Map<unknown, PickleValue> | undefined {
  if (isKind(value, 'dict')) return value.entries;
  return isKind(value, 'object') ? entriesOf(value.state) : undefined;
}
