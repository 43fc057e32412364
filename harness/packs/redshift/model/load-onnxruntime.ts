import { ExitCode, HarnessError } from '../../../core/errors.ts';

/** onnxruntime-node is an optional peer dependency (288 MB installed), which only this pack uses. */
export async function loadOnnxruntime(): Promise<typeof import('onnxruntime-node')> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    const problem = isMissing
      ? 'The redshift pack runs models with onnxruntime-node, which is not installed.'
      : `onnxruntime-node does not load on ${process.platform}-${process.arch}: ${(cause as Error).message}`;
    throw new HarnessError('no-onnxruntime', problem, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'Install it: ONNXRUNTIME_NODE_INSTALL=skip npm install --save-dev onnxruntime-node',
      cause,
    });
  }
}
