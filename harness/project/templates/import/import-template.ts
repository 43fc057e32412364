/** From a template to the fields of a project file and the files beside it. Nothing is written or deployed. */
import { basename, dirname, extname, relative } from 'node:path';
import type { Json, JsonObject } from '../../../core/json.ts';
import { pseudoParameters } from '../pseudo.ts';
import { readTemplate, type TemplateSource } from '../read-template.ts';
import { resolveTemplate, type TemplateResource } from '../resolve-template.ts';
import { ACCOUNT_ID, PARTITION, REGION, replaceTokens } from '../tokens.ts';
import { RESOURCE_TYPES } from '../types/index.ts';
import { stubAttribute, stubRef } from '../types/stubs.ts';
import { PLACE, ProjectDraft, type Stub } from './project-draft.ts';

export interface ImportOptions {
  parameters?: Readonly<Record<string, string>>;
  /** Name of the project; that of the template's folder when left out. */
  name?: string;
  /** Absolute folder of the project file: paths are relative to it. */
  projectFolder: string;
  /** Folder of generated files, relative to the project; the project's own when left out. */
  filesFolder?: string;
}

export interface ImportedProject {
  /** As in `cosmicai.yaml`, without apiVersion and kind. */
  fields: JsonObject;
  /** Text of further files, by path relative to the project. */
  files: ReadonlyMap<string, string>;
  stubs: readonly Stub[];
  notes: readonly string[];
  /** Where each entry of the project comes from: `functions.Enrich` is the logical id `Enrich`. */
  origins: ReadonlyMap<string, string>;
  template: TemplateSource;
  outputs: Readonly<Record<string, Json>>;
}

/** @throws InvalidDocument with every mistake of the template, HarnessError `template-missing`; exit code 2 */
export function importTemplate(file: string, options: ImportOptions): ImportedProject {
  const template = readTemplate(file);
  const stackName = options.name ?? stackNameOf(template.file);
  const physicalName = (logicalId: string) => `${stackName}-${logicalId}`;
  const stackId = `arn:${PARTITION}:cloudformation:${REGION}:${ACCOUNT_ID}:stack/${stackName}/00000000-0000-0000-0000-000000000000`;
  const resolved = resolveTemplate(template, {
    ...(options.parameters ? { parameters: options.parameters } : {}),
    pseudo: pseudoParameters({
      stackName,
      stackId,
      accountId: ACCOUNT_ID,
      region: REGION,
      partition: PARTITION,
    }),
    refOf: ({ logicalId, type }) =>
      RESOURCE_TYPES.get(type)?.ref(logicalId) ?? stubRef(type, physicalName(logicalId)),
    attributeOf({ logicalId, type }, attribute) {
      const served = RESOURCE_TYPES.get(type)?.attributes[attribute];
      return served ? served(logicalId) : stubAttribute(type, physicalName(logicalId), attribute);
    },
    concrete: (text) =>
      replaceTokens(text, (kind, name) => (kind === 'pseudo' ? (PLACE[name] ?? name) : physicalName(name))),
  });
  const { resources, report } = resolved;
  const draft = new ProjectDraft({
    stackName,
    folder: template.folder,
    pathTo: (path) => relative(options.projectFolder, path) || '.',
    filesFolder: options.filesFolder ?? '',
    report: report.add,
    resources,
  });
  for (const resource of resources) register(resource, draft);
  for (const resource of resources)
    if (!draft.stubs.some(({ logicalId }) => logicalId === resource.logicalId))
      RESOURCE_TYPES.get(resource.type)!.add(resource, draft);
  report.throwIfAny();
  const { functions, layers, stateMachines, buckets, activities, roles } = draft;
  const used = rolesInUse([...Object.values(functions), ...Object.values(stateMachines)], roles, draft);
  const groups: JsonObject = { functions, layers, stateMachines, buckets, activities, roles: used };
  const filled = Object.entries(groups).filter(([, group]) => Object.keys(group as object).length > 0);
  return {
    fields: {
      name: stackName,
      ...(resolved.description === undefined ? {} : { description: resolved.description.trim() }),
      ...Object.fromEntries(filled),
    },
    files: draft.files,
    stubs: draft.stubs,
    notes: draft.notes,
    origins: draft.origins,
    template,
    outputs: Object.fromEntries(
      Object.entries(resolved.outputs).map(([name, { value }]) => [name, draft.textsOf(value)]),
    ),
  };
}

function register(resource: TemplateResource, draft: ProjectDraft): void {
  const { logicalId, type } = resource;
  const served = RESOURCE_TYPES.get(type);
  const reason = served?.stubReason?.(resource);
  if (served === undefined || reason !== undefined)
    draft.stubs.push({ logicalId, type, ...(reason === undefined ? {} : { reason }) });
  else if (served.kind !== undefined)
    draft.register(logicalId, served.kind, served.projectName?.(resource, draft) ?? logicalId);
}

/** Roles of functions and state machines; others belong to stubs, and their files are not written. */
function rolesInUse(
  owners: readonly JsonObject[],
  roles: Record<string, JsonObject>,
  draft: ProjectDraft,
): JsonObject {
  const names = new Set(owners.map((one) => one['role']));
  return Object.fromEntries(
    Object.entries(roles).filter(([name]) => {
      if (!names.has(name)) draft.removeFile(`policies/${name}.json`);
      return names.has(name);
    }),
  );
}

/** The folder's name, or that of the template where the folder is one that tools make. */
function stackNameOf(file: string): string {
  const folder = basename(dirname(file));
  const own = basename(file, extname(file)).replace(/\.template$/, '');
  const outer = basename(dirname(dirname(file)));
  const name =
    folder === 'cdk.out' ? own : /^(?:\.serverless|build|\.aws-sam)$/.test(folder) ? outer : folder;
  const plain = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return plain === '' ? 'imported' : plain;
}
