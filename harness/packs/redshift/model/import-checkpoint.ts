/** Builds the ONNX graph of AstroMAE with a checkpoint's weights. Needs neither PyTorch nor Python. */
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import {
  canonicalNames,
  expectedShapes,
  isBuffer,
  isUnusedParameter,
  type Sizes,
  sizesOf,
} from './astromae/architecture.ts';
import { astromaeGraph } from './astromae/graph.ts';
import { describeMismatch, matchShapes } from './astromae/match.ts';
import type { Weight } from './astromae/weights.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint/read-checkpoint.ts';
import { renderModel } from './onnx/schema.ts';

export interface ImportedModel {
  /** The .onnx file. */
  bytes: Uint8Array;
  sizes: Sizes;
  /** Parameters of the network, each counted once. */
  parameters: number;
  /** Of them, those that the forward pass never uses. */
  unusedParameters: number;
  /** Elements carried by the graph, after folding. */
  carried: number;
  kind: Checkpoint['kind'];
  className?: string;
  /** Names that the checkpoint has and the network does not know. */
  extra: string[];
  /** Where the number of heads comes from. */
  headsFrom: 'checkpoint' | 'option' | 'default';
}

export interface ImportOptions {
  /** Heads of attention, when the checkpoint does not say or is wrong about it. */
  heads?: number;
}

/** Lines of a mismatch that an error message carries. */
const SHOWN_LINES = 20;

/** Reads `file` and builds the graph. HarnessError, exit code 2, naming each tensor that is missing or misshapen. */
export async function importCheckpoint(file: string, options: ImportOptions = {}): Promise<ImportedModel> {
  const checkpoint = await openCheckpoint(file);
  try {
    const found = canonicalNames(checkpoint.tensors);
    const sizes = sizesOf(found, file, options.heads ?? checkpoint.heads);
    const expected = expectedShapes(sizes);
    const mismatch = matchShapes(found, expected);
    if (mismatch.missing.length > 0 || mismatch.misshapen.length > 0)
      refuse(file, describeMismatch(mismatch));
    const weights = new Map<string, Weight>();
    for (const [name, shape] of expected) {
      weights.set(name, { shape, values: await checkpoint.read(found.get(name)!.nameInFile) });
    }
    requireFinite(file, weights);
    const used = total([...expected].filter(([name]) => !isBuffer(name)).map(([, shape]) => shape));
    const unused = total(
      [...found].filter(([name]) => isUnusedParameter(name)).map(([, { shape }]) => shape),
    );
    const model = astromaeGraph(weights, sizes, { architecture: 'AstroMAE', ...textual(sizes) });
    return {
      bytes: renderModel(model),
      sizes,
      parameters: used + unused,
      unusedParameters: unused,
      carried: total(model.graph.initializer.map(({ dims }) => dims)),
      kind: checkpoint.kind,
      ...(checkpoint.className === undefined ? {} : { className: checkpoint.className }),
      extra: mismatch.extra,
      headsFrom:
        options.heads !== undefined ? 'option' : checkpoint.heads === undefined ? 'default' : 'checkpoint',
    };
  } finally {
    await checkpoint.close();
  }
}

function refuse(file: string, lines: string[]): never {
  const more = lines.length > SHOWN_LINES ? [`and ${lines.length - SHOWN_LINES} more`] : [];
  throw new HarnessError(
    'checkpoint-mismatch',
    `its tensors do not match AstroMAE's:\n  ${[...lines.slice(0, SHOWN_LINES), ...more].join('\n  ')}`,
    {
      exitCode: ExitCode.inputWrong,
      location: { file },
      remedy: 'cosmicai model inspect lists all names and shapes of a checkpoint',
    },
  );
}

/** NaN or infinite weights would give NaN redshifts, found only when the pipeline has run. */
function requireFinite(file: string, weights: ReadonlyMap<string, Weight>): void {
  for (const [name, { values }] of weights) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    throw new HarnessError('checkpoint-not-finite', `its tensor ${name} has ${values[at]} at element ${at}`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
    });
  }
}

const total = (shapes: (readonly number[])[]) =>
  shapes.reduce((sum, shape) => sum + shape.reduce((size, dim) => size * dim, 1), 0);

const textual = (sizes: Sizes): Record<string, string> =>
  Object.fromEntries(Object.entries(sizes).map(([key, value]) => [key, String(value)]));
