/** The zip of one function or layer, by digest. */
export interface CodeArtifact {
  name: string;
  zipFile: string;
  /** Base64 SHA-256: Lambda's CodeSha256. */
  sha256: string;
  sizeBytes: number;
  unzippedBytes: number;
  /** Names and sizes of the entries. */
  entries: { name: string; sizeBytes: number }[];
  /** Packages whose code is in it. */
  packages: PackagedComponent[];
  /** Operations of AWS that the code calls, as IAM actions, sorted; from its text (aws-calls.ts). */
  actions: string[];
}

export interface PackagedComponent {
  /** Registry that the package comes from. */
  ecosystem: 'npm' | 'pypi';
  name: string;
  version: string;
  /** The package's `license` field: an SPDX expression as a rule. */
  license?: string | undefined;
  /** Of the package's tarball, hexadecimal, from the lockfile. */
  sha512?: string | undefined;
}
