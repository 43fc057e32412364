import { statSync } from 'node:fs';
import { findProjectFile } from './find-project.ts';
import { loadProject } from './load-project.ts';
import type { Project } from './project.ts';

const loaded = new Map<string, { changedMs: number; project: Project }>();

/**
 * The project of a file or folder, or of the working directory for one that lies in no project; read again only when
 * its file has changed.
 */
export function nearestProject(start: string): Project {
  const file = findProjectFile(start) ?? findProjectFile(process.cwd());
  if (file === undefined) return loadProject(start);
  const changedMs = statSync(file).mtimeMs;
  const known = loaded.get(file);
  if (known?.changedMs === changedMs) return known.project;
  const project = loadProject(file);
  loaded.set(file, { changedMs, project });
  return project;
}
