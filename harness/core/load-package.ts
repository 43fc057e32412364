import { createRequire } from 'node:module';

/**
 * Loads a package when it is first needed and not when the module is: a package of CommonJS that is imported is
 * read twice, and its exports guessed, at every start. For packages that have such a build, and modules of Node's that
 * few starts need.
 */
export const loadPackage: NodeJS.Require = createRequire(import.meta.url);
