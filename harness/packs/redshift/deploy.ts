import { z } from 'zod';
import { overlayProject } from '../../project/overlay-project.ts';
import type { PackDeploy } from '../../scenario/schema.ts';
import { textField } from './evidence/input-fields.ts';
import { placeModel } from './place-model.ts';

interface Fields {
  memoryMB?: number;
  timeoutSeconds?: number;
  maxConcurrency?: number;
  model?: string;
  modelIn?: 's3' | 'bundle';
}

/** Fields of `deploy` about the inference function and its model. */
export const redshiftDeploy: PackDeploy = {
  shape: {
    memoryMB: z
      .int()
      .min(128)
      .max(10_240)
      .optional()
      .describe('memory of the inference function; 10,240 MB when left out, 1,769 MB are one vCPU'),
    timeoutSeconds: z
      .int()
      .min(1)
      .max(900)
      .optional()
      .describe('timeout of an inference invocation; 900 s when left out'),
    maxConcurrency: z
      .int()
      .min(0)
      .max(10_000)
      .optional()
      .describe("MaxConcurrency of the Distributed Map; 0, when left out, is Step Functions' own maximum"),
    model: z
      .string()
      .min(1)
      .optional()
      .describe("folder with the model to deploy instead of the project's, relative to the scenario"),
    modelIn: z
      .enum(['s3', 'bundle'])
      .optional()
      .describe('where the model goes: to S3 (when left out), or into the zip of inference'),
  },
  apply(project, deploy, input, folder) {
    const { memoryMB, timeoutSeconds, maxConcurrency, model, modelIn } = deploy as Fields;
    const has = (name: string) => Object.hasOwn(project.functions, name);
    const general = overlayProject(
      project,
      {
        functions: {
          ...(maxConcurrency === undefined || !has('init')
            ? {}
            : { init: { environment: { MAX_CONCURRENCY: String(maxConcurrency) } } }),
          ...(has('inference') ? { inference: { memoryMB, timeoutSeconds } } : {}),
        },
      },
      folder,
    );
    const modelFolder = textField(input, 'S3_object_name', 'Anomaly Detection');
    return overlayProject(general, placeModel(general, { model, modelIn, modelFolder }, folder), folder);
  },
  buckets: (input) => ({
    'team4-cosmical': textField(input, 'bucket', 'team4-cosmical'),
    'cosmicai-data': textField(input, 'data_bucket', 'cosmicai-data'),
  }),
};
