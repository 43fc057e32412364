/** Registry: one packager per kind of code. A prebuilt zip needs none: it is deployed byte for byte. */
import type { ProjectCode } from '../../project/project.ts';
import { customFolder } from './custom-folder.ts';
import { nodeBundle } from './node-bundle.ts';
import { nodeFolder } from './node-folder.ts';
import type { Packager } from './package-request.ts';
import { pythonFolder } from './python-folder.ts';

export const PACKAGERS: Readonly<Record<Exclude<ProjectCode['kind'], 'zip'>, Packager>> = {
  'node-folder': nodeFolder,
  'node-bundle': nodeBundle,
  'python-folder': pythonFolder,
  'custom-folder': customFolder,
};
