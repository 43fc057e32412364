/** The services of the emulator. The first whose rules match a request without a signature takes it; S3 takes the rest. */

import { manifest as cloudwatch } from './cloudwatch/manifest.ts';
import { manifest as iam } from './iam/manifest.ts';
import { manifest as lambda } from './lambda/manifest.ts';
import { manifest as logs } from './logs/manifest.ts';
import type { ServiceManifest } from './manifest.ts';
import { manifest as s3 } from './s3/manifest.ts';
import { manifest as stepfunctions } from './stepfunctions/manifest.ts';
import { manifest as sts } from './sts/manifest.ts';

export const MANIFESTS: readonly ServiceManifest[] = [
  s3,
  lambda,
  stepfunctions,
  logs,
  cloudwatch,
  sts,
  iam,
] as readonly ServiceManifest[];
