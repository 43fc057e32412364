/** The project that a template becomes, while it is being put together: fields of a project file, and further files. */
import type { Json, JsonObject } from '../../../core/json.ts';
import type { TemplateReport } from '../read-template.ts';
import type { TemplateResource } from '../resolve-template.ts';
import { arnText, hasTokens, type NamedKind, partsOf, replaceTokens, type TextPart } from '../tokens.ts';

/** A resource that is not served. */
export interface Stub {
  logicalId: string;
  type: string;
  /** Why, where its type alone does not tell. */
  reason?: string;
}

/** Groups of a project file, by what is in them. */
const GROUPS: Readonly<Record<NamedKind, string>> = {
  function: 'functions',
  'state-machine': 'stateMachines',
  bucket: 'buckets',
  activity: 'activities',
  role: 'roles',
  layer: 'layers',
};
const FIELDS: Readonly<Record<string, string>> = {
  function: 'function',
  'state-machine': 'stateMachine',
  bucket: 'bucket',
  activity: 'activity',
};

/** The account that is assumed where something must be decided before it is known. */
export const PLACE: Readonly<Record<string, string>> = {
  Partition: 'aws',
  Region: 'us-east-1',
  AccountId: '123456789012',
};

export class ProjectDraft {
  readonly functions: Record<string, JsonObject> = {};
  readonly layers: Record<string, JsonObject> = {};
  readonly stateMachines: Record<string, JsonObject> = {};
  readonly buckets: Record<string, JsonObject> = {};
  readonly roles: Record<string, JsonObject> = {};
  readonly activities: string[] = [];
  /** Text of further files, by path relative to the project. */
  readonly files = new Map<string, string>();
  readonly stubs: Stub[] = [];
  /** What was left out or changed, as sentences. */
  readonly notes: string[] = [];
  /** Logical ids by entry of the project: `functions.Enrich`. */
  readonly origins = new Map<string, string>();
  readonly #names = new Map<string, { kind: NamedKind; name: string }>();
  readonly stackName: string;
  /** Absolute folder of the template. */
  readonly folder: string;
  readonly #filesFolder: string;
  readonly #pathTo: (path: string) => string;
  readonly report: TemplateReport['add'];
  /** All resources of the template. */
  readonly resources: readonly TemplateResource[];

  constructor(options: {
    stackName: string;
    folder: string;
    /** A path beside the template as the project file names it. */
    pathTo(path: string): string;
    /** Of generated files, relative to the project file. */
    filesFolder: string;
    report: TemplateReport['add'];
    resources: readonly TemplateResource[];
  }) {
    this.stackName = options.stackName;
    this.folder = options.folder;
    this.#pathTo = options.pathTo;
    this.#filesFolder = options.filesFolder;
    this.report = options.report;
    this.resources = options.resources;
  }

  /** Makes a resource known before any is added, so that all can refer to it. */
  register(logicalId: string, kind: NamedKind, name: string): void {
    this.#names.set(logicalId, { kind, name });
    this.origins.set(`${GROUPS[kind]}.${name}`, logicalId);
  }

  /** The name in the project of a resource of a kind; undefined when it is a stub. */
  nameOf(kind: NamedKind, logicalId: string): string | undefined {
    const known = this.#names.get(logicalId);
    return known?.kind === kind ? known.name : undefined;
  }

  /** The resource that a text is the ARN or the name of. */
  resourceIn(kind: NamedKind, text: Json | undefined): string | undefined {
    const parts = typeof text === 'string' ? partsOf(text) : [];
    const [only] = parts;
    if (parts.length !== 1 || only?.kind !== kind) return undefined;
    return this.nameOf(kind, only.logicalId);
  }

  /** Adds a file, and answers its path as the project file names it. */
  writeFile(path: string, text: string): string {
    const file = this.filePath(path);
    this.files.set(file, text);
    return file;
  }

  removeFile(path: string): void {
    this.files.delete(this.filePath(path));
  }

  /** Where a generated file or folder lies, as the project file names it. */
  filePath(path: string): string {
    return this.#filesFolder === '' ? path : `${this.#filesFolder}/${path}`;
  }

  pathTo(path: string): string {
    return this.#pathTo(path);
  }

  /** A text as it stands in `environment`, where one that names no bucket is a literal. */
  variableOf(text: string): Json {
    return hasTokens(text) || this.origins.has(`buckets.${text}`) ? this.referenceOf(text) : text;
  }

  /** A text as it stands in `substitutions`. */
  referenceOf(text: string): Json {
    const parts = partsOf(text);
    if (parts.every((part) => part.kind === 'literal')) return { literal: text };
    const [only] = parts;
    if (parts.length === 1 && only && only.kind in FIELDS && 'logicalId' in only) {
      const { kind, logicalId, attribute } = only;
      const name = this.nameOf(kind, logicalId);
      if (name !== undefined) {
        const isDefault = attribute === (kind === 'bucket' ? 'name' : 'arn');
        return { [FIELDS[kind]!]: name, ...(isDefault ? {} : { attribute }) };
      }
    }
    return { text: this.textOf(text) };
  }

  /** A text as it stands in `text` and in policy files: `${functions.Enrich.arn}`, `${AWS::Region}`. */
  textOf(text: string): string {
    return partsOf(text)
      .map((part) => {
        if (part.kind === 'literal') return part.text.replaceAll('${', '${!');
        return part.kind === 'pseudo' ? `\${AWS::${part.name}}` : this.#named(part);
      })
      .join('');
  }

  #named(part: Extract<TextPart, { logicalId: string }>): string {
    const { kind, logicalId, attribute } = part;
    const name = this.nameOf(kind, logicalId);
    if (name !== undefined && kind !== 'layer') return `\${${GROUPS[kind]}.${name}.${attribute}}`;
    return attribute === 'name'
      ? this.physicalName(logicalId)
      : this.textOf(arnText(kind, this.physicalName(logicalId)));
  }

  /** What a resource without a counterpart in the project is called. */
  physicalName(logicalId: string): string {
    return `${this.stackName}-${logicalId}`;
  }

  /** A text of a file that nothing is filled into: names of the emulator's account and of resources stand in it. */
  plainText(text: string): string {
    return hasTokens(text)
      ? replaceTokens(text, (kind, name) =>
          kind === 'pseudo' ? (PLACE[name] ?? name) : this.physicalName(name),
        )
      : text;
  }

  /** JSON with every text as in policy files. */
  textsOf(value: Json): Json {
    if (typeof value === 'string') return this.textOf(value);
    if (Array.isArray(value)) return value.map((one) => this.textsOf(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [this.textOf(key), this.textsOf(one)]),
    );
  }
}
