/** Where the model goes: into the work bucket, as the original has it, or into the package of inference. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
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
  const network = onnxFile(path);
  const name = placement.modelFolder?.replace(/\/+$/, '');
  const prefix = name === undefined ? present.prefix : `${name}/`;
  if (placement.modelIn !== 'bundle') {
    const moved = prefix === present.prefix ? {} : { [present.prefix]: null };
    return { objects: { [present.bucket]: { ...moved, [prefix]: path } } };
  }
  const file = resolve(path, network);
  // How init and inference know that the model lies in the package (lambdas/shared/model-location.ts).
  const environment = { MODEL_BUNDLED: network, MODEL_SHA256: sha256Base64(readFileSync(file)) };
  return {
    objects: { [present.bucket]: { [present.prefix]: null } },
    functions: {
      init: { environment },
      inference: { environment, files: { [`model/${network}`]: file } },
    },
  };
}

function onnxFile(folder: string): string {
  let networks: string[] = [];
  try {
    networks = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
  } catch {}
  if (networks.length === 1) return networks[0]!;
  throw new HarnessError(
    'no-model',
    `the model folder must hold exactly one .onnx file, found ${networks.length}`,
    {
      exitCode: ExitCode.inputWrong,
      location: { file: folder },
      remedy: 'put model.onnx there or name another model folder',
    },
  );
}
