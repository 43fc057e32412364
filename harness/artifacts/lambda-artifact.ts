import type { LambdaName } from './bundle.ts';
import type { BundledPackage } from './packages.ts';

/** The zip of one function. */
export interface LambdaArtifact {
  name: LambdaName;
  zipFile: string;
  /** Lambda's CodeSha256. */
  sha256: string;
  sizeBytes: number;
  unzippedBytes: number;
  /** Names and sizes of the entries. */
  entries: { name: string; sizeBytes: number }[];
  /** npm packages whose code is in it. */
  packages: BundledPackage[];
}
