/** Where the code of a function or layer lies on this machine. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import { nearestName } from '../../../core/nearest-name.ts';
import type { Path } from '../../../document/source.ts';
import type { TemplateResource } from '../resolve-template.ts';
import { isGroup, textOf } from '../value.ts';
import type { ProjectDraft } from './project-draft.ts';

/** `code` and `handler` of a project; undefined after a mistake that is reported. */
export function packageOf(
  resource: TemplateResource,
  draft: ProjectDraft,
  field = 'Code',
): JsonObject | undefined {
  const { logicalId, properties, path, metadata } = resource;
  const at: Path = [...path, 'Properties', field];
  const code = properties[field];
  const handler = textOf(properties['Handler'] ?? '');
  if (isGroup(code) && typeof code['ZipFile'] === 'string')
    return inlineCode(resource, code['ZipFile'], draft);
  const asset = metadata['aws:asset:path'];
  const found =
    typeof asset === 'string'
      ? asset
      : isGroup(code) && code['S3Key'] !== undefined
        ? packageAt(draft.folder, textOf(code['S3Key']) ?? '')
        : textOf(code ?? '');
  if (!found || /^s3:\/\//.test(found)) {
    const key = isGroup(code) ? (textOf(code['S3Key'] ?? '') ?? '') : (found ?? '');
    draft.report(
      at,
      `the code of ${logicalId} lies in S3 (${draft.textOf(key)}), and no package of that name is beside the template`,
      'import the template before it is packaged, or the output of "cdk synth", "sam build" or "osls package"',
    );
    return undefined;
  }
  const file = resolve(draft.folder, found);
  if (!existsSync(file)) {
    const parent = resolve(file, '..');
    const near = existsSync(parent) ? nearestName(basename(file), readdirSync(parent)) : undefined;
    draft.report(
      at,
      `the code ${found} of ${logicalId} does not exist`,
      near === undefined ? 'paths are relative to the template' : `did you mean ${near}?`,
    );
    return undefined;
  }
  const entry = field === 'Code' ? bundledEntry(metadata, file, handler) : undefined;
  return {
    code: draft.pathTo(entry === undefined ? file : join(file, entry)),
    ...(handler ? { handler: entry === undefined ? handler : `index.${handler.split('.').pop()}` } : {}),
  };
}

/** The entry file of `BuildMethod: esbuild` where the handler does not name it. */
function bundledEntry(metadata: JsonObject, folder: string, handler: string | undefined): string | undefined {
  const properties = metadata['BuildProperties'];
  if (metadata['BuildMethod'] !== 'esbuild' || !isGroup(properties) || !statSync(folder).isDirectory())
    return undefined;
  const entries = Array.isArray(properties['EntryPoints']) ? properties['EntryPoints'] : [];
  const module = handler?.slice(0, handler.lastIndexOf('.'));
  const named = entries.find((one) => basename(String(one), extname(String(one))) === basename(module ?? ''));
  const entry = String(named ?? entries[0] ?? '');
  return entry !== '' && existsSync(join(folder, entry)) ? entry : undefined;
}

/** CloudFormation writes it to a file `index`. */
function inlineCode(
  { logicalId, properties }: TemplateResource,
  text: string,
  draft: ProjectDraft,
): JsonObject {
  const isPython = textOf(properties['Runtime'] ?? '')?.startsWith('python');
  const extension = isPython ? 'py' : /^\s*(?:export|import)\s/m.test(text) ? 'mjs' : 'js';
  const folder = `functions/${logicalId}`;
  draft.writeFile(`${folder}/index.${extension}`, draft.plainText(text));
  return { code: draft.filePath(folder), handler: textOf(properties['Handler'] ?? '') || 'index.handler' };
}

/** The file or folder beside the template that was uploaded under a key: an asset of the CDK, or a package of osls. */
function packageAt(folder: string, key: string): string | undefined {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.assets.json'))) {
    const manifest = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Json;
    const files =
      isJsonObject(manifest) && isJsonObject(manifest['files']) ? Object.values(manifest['files']) : [];
    for (const one of files) {
      if (!isJsonObject(one) || !isJsonObject(one['destinations']) || !isJsonObject(one['source'])) continue;
      const keys = Object.values(one['destinations']).map((each) => isJsonObject(each) && each['objectKey']);
      if (keys.includes(key) && typeof one['source']['path'] === 'string') return one['source']['path'];
    }
  }
  const local = basename(key);
  return local !== '' && existsSync(join(folder, local)) ? local : undefined;
}
