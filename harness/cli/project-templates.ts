/** The projects that `cosmicai init` starts from, as files of this package. */

interface Template {
  /** Folders under harness/cli/templates/ whose files are written, later ones over earlier ones. */
  folders: readonly string[];
  /** Further files and folders of this package, written under their own paths. */
  copied?: readonly string[];
  /** What `npm install` adds to the development dependencies of a project that has a package.json already. */
  packages: readonly string[];
}

const own = (name: string): Template => ({ folders: ['common', name], packages: ['vitest'] });

const templates = {
  'map-csv-python': own('map-csv-python'),
  'map-json-typescript': own('map-json-typescript'),
  approval: own('approval'),
  // The showcase of this repository: its own sources, not a copy of them.
  cosmicai: {
    folders: ['common', 'cosmicai'],
    copied: [
      'cosmicai.yaml',
      'lambdas',
      'statemachine',
      'scenarios/tiny.yaml',
      'scenarios/lambda-throttling.yaml',
    ],
    packages: ['vitest', 'onnxruntime-node', 'h5wasm', '@aws-lambda-powertools/{logger,metrics,parser}'],
  },
} as const satisfies Record<string, Template>;

export type TemplateName = keyof typeof templates;
export const templateNames = Object.keys(templates) as TemplateName[];
/** Needs nothing but Node. */
export const defaultTemplate: TemplateName = 'map-json-typescript';

export const templateOf = (name: TemplateName): Template => templates[name];
