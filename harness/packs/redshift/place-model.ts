/** Where the model goes: into the work bucket, as the original has it, or into the package of inference. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { int8NameOf } from '../../../lambdas/shared/model-name.ts';
import { sha256Base64 } from '../../artifacts/digest.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import type { ProjectOverlay } from '../../project/overlay-project.ts';
import type { Project } from '../../project/project.ts';

export interface ModelPlacement {
  /** Folder with the `.onnx` file, relative to `folder`; absent: the project's. */
  model?: string | undefined;
  /** Default `s3`. */
  modelIn?: 's3' | 'bundle' | undefined;
  /** Folder of the model in the work bucket: the input's `S3_object_name`. */
  modelFolder?: string | undefined;
}

/** The one folder of objects that releases keep apart is the model's. */
function modelPrefix({ buckets }: Project): { bucket: string; prefix: string; path: string } | undefined {
  for (const { name, objects } of Object.values(buckets))
    for (const [prefix, { path, versionVariable }] of Object.entries(objects))
      if (versionVariable !== undefined) return { bucket: name, prefix, path };
  return undefined;
}

/** What a placement changes about a project. @throws HarnessError `no-model` */
export function placeModel(project: Project, placement: ModelPlacement, folder: string): ProjectOverlay {
  const present = modelPrefix(project);
  if (!present) return {};
  const path = placement.model === undefined ? present.path : resolve(folder, placement.model);
  const { network, int8 } = onnxFiles(path);
  const name = placement.modelFolder?.replace(/\/+$/, '');
  const prefix = name === undefined ? present.prefix : `${name}/`;
  if (placement.modelIn !== 'bundle') {
    const moved = prefix === present.prefix ? {} : { [present.prefix]: null };
    return { objects: { [present.bucket]: { ...moved, [prefix]: path } } };
  }
  const file = resolve(path, network);
  // How init and inference know that the model lies in the package (lambdas/shared/model-location.ts).
  const environment = {
    MODEL_BUNDLED: network,
    MODEL_SHA256: sha256Base64(readFileSync(file)),
    ...(int8 ? { MODEL_INT8_SHA256: sha256Base64(readFileSync(resolve(path, int8))) } : {}),
  };
  const files = {
    [`model/${network}`]: file,
    ...(int8 ? { [`model/${int8}`]: resolve(path, int8) } : {}),
  };
  return {
    objects: { [present.bucket]: { [present.prefix]: null } },
    functions: {
      init: { environment },
      inference: { environment, files },
    },
  };
}

/** The model of a folder, and its int8 form when that lies beside it. */
function onnxFiles(folder: string): { network: string; int8?: string } {
  let networks: string[] = [];
  try {
    networks = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
  } catch {}
  const int8Names = new Set(networks.map(int8NameOf));
  const [network, ...others] = networks.filter((name) => networks.length === 1 || !int8Names.has(name));
  if (network && others.length === 0) {
    const int8 = networks.find((name) => name !== network);
    return { network, ...(int8 === undefined ? {} : { int8 }) };
  }
  throw new HarnessError(
    'no-model',
    `the model folder must hold exactly one .onnx file beside its int8 form, found ${networks.length}`,
    {
      exitCode: ExitCode.inputWrong,
      location: { file: folder },
      remedy: 'put model.onnx there (and model.int8.onnx, if any) or name another model folder',
    },
  );
}
