import { megabytes } from '../../artifacts/build-code.ts';
import type { CodeArtifact } from '../../artifacts/code-artifact.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { AWS_LIMITS } from '../../core/limits.ts';

/** @throws HarnessError `package-too-large` for a zip that Lambda refuses within a request */
export function requireDirectSize(whose: string, { sizeBytes }: CodeArtifact): void {
  const limit = AWS_LIMITS.lambdaZippedBytes.value;
  if (sizeBytes <= limit) return;
  throw new HarnessError(
    'package-too-large',
    `the zip of ${whose} has ${megabytes(sizeBytes)}, and Lambda takes ${megabytes(limit)} in a request`,
    {
      exitCode: ExitCode.inputWrong,
      remedy: 'leave out what it does not need, or move dependencies into a layer',
    },
  );
}
