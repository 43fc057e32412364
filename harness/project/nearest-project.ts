import { statSync } from 'node:fs';
import { findProjectFile } from './find-project.ts';
import { loadProject } from './load-project.ts';
import type { Project } from './project.ts';

const loaded = new Map<string, { changed: string; project: Project }>();

/**
 * The project of a file or folder, or of the working directory for one that lies in no project; read again only when
 * its file or one of its definitions has changed.
 */
export function nearestProject(start: string): Project {
  const file = findProjectFile(start) ?? findProjectFile(process.cwd());
  if (file === undefined) return loadProject(start);
  const known = loaded.get(file);
  if (known?.changed === changeTimes(file, known?.project)) return known.project;
  const project = loadProject(file);
  loaded.set(file, { changed: changeTimes(file, project), project });
  return project;
}

/** Times of the files that a project is read from. */
function changeTimes(file: string, project: Project | undefined): string {
  const definitions = Object.values(project?.stateMachines ?? {}).map((machine) => machine.file);
  const template = project?.template === undefined ? [] : [project.template.file];
  return [file, ...template, ...definitions]
    .map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 'absent')
    .join();
}
