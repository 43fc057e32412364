import type { DocumentSource } from '../document/source.ts';
import type { Project } from '../project/project.ts';
import type { DatasetPlan } from './dataset/dataset-kind.ts';

/** What a scenario is checked against. */
export interface CheckContext {
  project: Project;
  dataset: DatasetPlan | undefined;
  /** Of the scenario. */
  folder: string;
  source: DocumentSource;
}
