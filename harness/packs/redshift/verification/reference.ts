/**
 * Reads the data of a run and predicts a fixed, seeded sample of it with the model that is deployed, before the
 * first step: nothing that runs later can change what results are compared with.
 */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { int8NameOf } from '../../../../lambdas/shared/model-name.ts';
import { imagingSchema } from '../../../../lambdas/shared/partition/imaging.ts';
import {
  BANDS,
  IMAGE_FLOATS,
  IMAGE_SIDE_PX,
  type RandomAccess,
} from '../../../../lambdas/shared/partition/partition.ts';
import { sha256Base64 } from '../../../artifacts/digest.ts';
import { HarnessError } from '../../../core/errors.ts';
import { mapWithLimit } from '../../../core/map-with-limit.ts';
import { monotonicMs } from '../../../core/monotonic.ts';
import { seededRandom } from '../../../core/random.ts';
import type { Project } from '../../../project/project.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import type { DatasetFile } from '../../../scenario/dataset/dataset-kind.ts';
import type { ReferenceContext } from '../../../scenario/pack-run.ts';
import { openFileAccess } from '../data/file-access.ts';
import { loadOnnxruntime } from '../model/load-onnxruntime.ts';
import { createSession } from '../model/predict-samples.ts';
import { chooseSamples, samplesPerPartition } from './choose-samples.ts';
import { openObjectAccess } from './object-access.ts';
import { type ChosenSamples, readTruth } from './read-truth.ts';
import {
  type PredictedSamples,
  RECOMPUTED,
  type RecomputedRecord,
  TRUTH,
  type TruthRecord,
} from './truth.ts';

/** Partitions read at once. */
const WIDTH = 4;

export async function redshiftReference(context: ReferenceContext): Promise<RunRecord['evidence']> {
  const { files, project, signal } = context;
  if (files.length === 0) return {};
  const startedMs = monotonicMs();
  // An imaging that is not valid is for init to refuse.
  const imaging = imagingSchema.optional().safeParse(context.input['imaging']).data;
  const random = seededRandom(`verification/${context.seed}`);
  const model = deployedModel(context);
  const network = model === undefined ? undefined : await openNetwork(model.file);
  const int8 = network && model?.int8 !== undefined ? await openNetwork(model.int8) : undefined;
  try {
    const counts = network ? samplesPerPartition(files.length, random) : files.map(() => 0);
    let samples = 0;
    const truth = await mapWithLimit([...files.entries()], WIDTH, async ([index, { key, file }]) => {
      signal.throwIfAborted();
      const choose = (all: number) => chooseSamples(all, counts[index]!, random.fork(key));
      const read = await withAccess(context, file, (source) => readTruth(source, choose, imaging));
      if (read === undefined) return [];
      if ('unreadable' in read) return [{ key, unreadable: read.unreadable }];
      const float32 = network && counts[index]! > 0 ? await network.predict(read.chosen) : undefined;
      const inInt8 = float32 && int8 ? await int8.predict(read.chosen) : undefined;
      samples += float32?.zPred.length ?? 0;
      return [
        {
          key,
          samples: read.samples,
          ...(read.redshifts ? { redshifts: Array.from(read.redshifts) } : {}),
          ...(float32
            ? { reference: { sample: read.chosen.samples, float32, ...(inInt8 ? { int8: inInt8 } : {}) } }
            : {}),
        },
      ];
    });
    const recomputed: RecomputedRecord[] =
      network && model !== undefined
        ? [
            {
              model: relative(project.folder, model.file),
              modelSha256: network.sha256,
              ...(int8 ? { int8Sha256: int8.sha256 } : {}),
              samples,
              durationMs: monotonicMs() - startedMs,
            },
          ]
        : [];
    return { [TRUTH]: truth.flat() satisfies TruthRecord[], [RECOMPUTED]: recomputed };
  } finally {
    await network?.release();
    await int8?.release();
  }
}

/** Nothing of a file that was never uploaded. */
async function withAccess<Result>(
  { s3 }: ReferenceContext,
  { path, missing }: DatasetFile,
  read: (source: RandomAccess) => Promise<Result>,
): Promise<Result | undefined> {
  if (missing) return undefined;
  const uri = /^s3:\/\/([^/]+)\/(.+)$/s.exec(path);
  if (uri) return read(await openObjectAccess(s3, uri[1]!, uri[2]!));
  const access = await openFileAccess(path);
  try {
    return await read(access);
  } finally {
    await access.close();
  }
}

/** The one network that is deployed, among the objects or within a function's package, and its int8 form. */
export function deployedModel({
  project,
  artifacts,
}: Pick<ReferenceContext, 'project' | 'artifacts'>): { file: string; int8?: string } | undefined {
  const inBuckets = artifacts.objects.map(({ file }) => file);
  const found = new Set([...inBuckets, ...packaged(project)].filter((file) => file.endsWith('.onnx')));
  const forms = new Set([...found].map(int8NameOf).filter((file) => found.has(file)));
  const [file, ...others] = [...found].filter((one) => !forms.has(one));
  if (file === undefined || others.length > 0) return undefined;
  const [int8] = forms;
  return { file, ...(int8 === undefined ? {} : { int8 }) };
}

const packaged = ({ functions }: Project) =>
  Object.values(functions).flatMap(({ files }) => Object.values(files));

interface Network {
  sha256: string;
  predict(chosen: ChosenSamples): Promise<PredictedSamples>;
  release(): Promise<void>;
}

/** `undefined` for a network of another kind, which the pack does not know. */
async function openNetwork(file: string): Promise<Network | undefined> {
  const bytes = await readFile(file);
  let session: InferenceSession;
  try {
    session = await createSession(bytes);
  } catch (error) {
    if (error instanceof HarnessError) return undefined;
    throw error;
  }
  const { Tensor } = await loadOnnxruntime();
  return {
    sha256: sha256Base64(bytes),
    async predict({ samples, images, magnitudes }) {
      const zPred: number[] = [];
      const mixtures: number[][] = [];
      for (let at = 0; at < samples.length; at += BATCH) {
        const end = Math.min(at + BATCH, samples.length);
        const { redshift, mixture } = await session.run({
          image: new Tensor('float32', images.subarray(at * IMAGE_FLOATS, end * IMAGE_FLOATS), [
            end - at,
            BANDS.length,
            IMAGE_SIDE_PX,
            IMAGE_SIDE_PX,
          ]),
          magnitude: new Tensor('float32', magnitudes.subarray(at * BANDS.length, end * BANDS.length), [
            end - at,
            BANDS.length,
          ]),
        });
        zPred.push(...(redshift!.data as Float32Array));
        if (mixture) mixtures.push(...rowsOf(mixture.data as Float32Array, end - at));
      }
      return { zPred, ...(mixtures.length > 0 ? { mixtures } : {}) };
    },
    release: () => session.release(),
  };
}

const rowsOf = (values: Float32Array, rows: number): number[][] =>
  Array.from({ length: rows }, (_, row) =>
    Array.from(values.subarray((row * values.length) / rows, ((row + 1) * values.length) / rows)),
  );

/** Samples per run of the network, as in the function. */
const BATCH = 16;
