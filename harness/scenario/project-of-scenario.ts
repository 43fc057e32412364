import { statSync } from 'node:fs';
import { findProjectFile } from '../project/find-project.ts';
import { loadProject } from '../project/load-project.ts';
import type { Project } from '../project/project.ts';

const loaded = new Map<string, { changedMs: number; project: Project }>();

/**
 * The project of a scenario's folder, or of the working directory for a scenario that lies in none; read again only
 * when its file has changed.
 */
export function projectOfScenario(folder: string): Project {
  const file = findProjectFile(folder) ?? findProjectFile(process.cwd());
  if (file === undefined) return loadProject(folder);
  const changedMs = statSync(file).mtimeMs;
  const known = loaded.get(file);
  if (known?.changedMs === changedMs) return known.project;
  const project = loadProject(file);
  loaded.set(file, { changedMs, project });
  return project;
}
