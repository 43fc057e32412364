import type { ProjectCode, ProjectFunction } from '../../project/project.ts';
import type { PackagedComponent } from '../code-artifact.ts';
import type { ZipEntry } from '../zip.ts';

/** Operating system and processor that the code runs on. */
export interface BuildTarget {
  /** As `process.platform` names it. */
  platform: string;
  /** As `process.arch` names it. */
  arch: string;
}

/** What one package is made from. */
export interface PackageRequest
  extends Pick<ProjectFunction, 'name' | 'runtime' | 'handler' | 'files' | 'entries' | 'packages'> {
  code: ProjectCode;
  /** Folder of the project. */
  root: string;
  target: BuildTarget;
  /** Folder for what is costly to make, such as installed wheels. */
  cacheFolder: string;
}

/** What a package will hold. */
export interface PackageContents {
  entries: ZipEntry[];
  /** The entries that are the function's own code, if not all; what it calls is told from them. */
  own?: ZipEntry[];
  packages: PackagedComponent[];
  /** Files and folders whose change makes another package, absolute; a folder stands for the names in it. */
  inputs: string[];
}

/** Makes the contents of a package. @throws PackagingError */
export type Packager = (request: PackageRequest) => Promise<PackageContents>;

/** What keeps a package from being made: a sentence, and what to do. */
export class PackagingError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'PackagingError';
    this.hint = hint;
  }
}
