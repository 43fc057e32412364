/** What `cosmicai doctor` says about this machine in a project of this pack. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../cli/finding.ts';
import { packageRoot } from '../../../core/package-root.ts';

export async function examineForModels(): Promise<Finding[]> {
  return [model(), await onnxruntime()];
}

function model(): Finding {
  const there = existsSync(join(packageRoot(), 'lambdas', 'inference', 'model'));
  return {
    name: 'model',
    state: there ? 'fine' : 'missing',
    found: there ? 'lambdas/inference/model' : 'not there',
    ...(there ? {} : { consequence: 'The installation is incomplete: check it out again.' }),
  };
}

async function onnxruntime(): Promise<Finding> {
  try {
    await import('onnxruntime-node');
    return { name: 'ONNX Runtime', state: 'fine', found: `loads on ${process.platform}-${process.arch}` };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    return {
      name: 'ONNX Runtime',
      state: 'missing',
      found: isMissing ? 'onnxruntime-node is not installed' : (error as Error).message.split('\n')[0]!,
      consequence: 'This project runs ONNX models: npm install --save-dev onnxruntime-node',
    };
  }
}
