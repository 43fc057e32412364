import type { DocumentSource } from '../document/source.ts';
import type { Mistakes } from './mistakes.ts';
import type { Reference } from './project.ts';

export type ResourceKind = Exclude<Reference['kind'], 'literal' | 'text'>;

/** Names of a project, by kind. */
export type ResourceNames = Readonly<Record<ResourceKind, ReadonlySet<string>>>;

/** What the parts of a project are resolved with. */
export interface ProjectContext {
  source: DocumentSource;
  folder: string;
  names: ResourceNames;
  layers: ReadonlySet<string>;
  roles: ReadonlySet<string>;
  mistakes: Mistakes;
}
