/**
 * The pickle of a `TensorDataset(images, magnitudes, redshifts)` as `torch.save` writes it (protocol 2): three
 * contiguous tensors, each on a storage of its own; magnitudes are float32 or float64, the others float32. Memo entries are only made where they are used.
 */
import { BANDS, IMAGE_SIDE_PX } from '../../../../lambdas/shared/partition/partition.ts';

const MARK = '(';
const TUPLE = 't';
const REDUCE = 'R';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const global = (module: string, name: string) => latin1(`c${module}\n${name}\n`);

function unicode(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(5);
  length.write('X', 'latin1');
  length.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([length, bytes]);
}

/** A non-negative integer below 2^31 in BININT form. */
function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.write('J', 'latin1');
  bytes.writeInt32LE(value, 1);
  return bytes;
}

function tensor(key: string, shape: readonly number[], storage = 'FloatStorage'): Buffer {
  const stride = shape.map((_, d) => shape.slice(d + 1).reduce((product, size) => product * size, 1));
  const elements = shape.reduce((product, size) => product * size, 1);
  const tuple = (values: readonly number[]) => [latin1(MARK), ...values.map(integer), latin1(TUPLE)];
  return Buffer.concat([
    global('torch._utils', '_rebuild_tensor_v2'),
    latin1(MARK + MARK),
    unicode('storage'),
    global('torch', storage),
    unicode(key),
    unicode('cpu'),
    integer(elements),
    latin1(`${TUPLE}Q`), // BINPERSID
    integer(0),
    ...tuple(shape),
    ...tuple(stride),
    Buffer.from([0x89]), // NEWFALSE: requires_grad
    global('collections', 'OrderedDict'),
    latin1(`)${REDUCE}`),
    latin1(TUPLE + REDUCE),
  ]);
}

/** The bytes of `data.pkl` for `samples` samples: images in storage 0, magnitudes in 1, redshifts in 2. */
export function tensorDatasetPickle(samples: number, float64Magnitudes = false): Uint8Array {
  return Buffer.concat([
    Buffer.from([0x80, 2]), // PROTO 2
    global('torch.utils.data.dataset', 'TensorDataset'),
    latin1(')'),
    Buffer.from([0x81]), // NEWOBJ
    latin1('}'),
    unicode('tensors'),
    tensor('0', [samples, BANDS.length, IMAGE_SIDE_PX, IMAGE_SIDE_PX]),
    tensor('1', [samples, BANDS.length], float64Magnitudes ? 'DoubleStorage' : 'FloatStorage'),
    tensor('2', [samples]),
    Buffer.from([0x87]), // TUPLE3
    latin1('sb.'), // SETITEM, BUILD, STOP
  ]);
}
