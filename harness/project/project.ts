/**
 * A project as everything else sees it: functions, state machines, buckets and roles as data. Paths are absolute,
 * defaults are filled in and names are resolved. `loadProject` makes one from `cosmicai.yaml`; deployment, metrics,
 * reports and promotion iterate over it. No name of a function stands in the harness's code.
 */
import type { Json, JsonObject } from '../core/json.ts';
import type { DocumentSource } from '../document/source.ts';

export interface Project {
  /** Lower-case letters, digits and hyphens; the default prefix of deployed names. */
  name: string;
  description?: string;
  /** Absolute path of the project file. */
  file: string;
  /** Its folder: paths in the file are relative to it. */
  folder: string;
  /** The template that it is read from, and what of it is not served. */
  template?: ProjectTemplate;
  /** Name of a built-in pack. */
  pack?: string;
  /** By name, in the order of the file, as are all records here. */
  functions: Readonly<Record<string, ProjectFunction>>;
  layers: Readonly<Record<string, ProjectLayer>>;
  stateMachines: Readonly<Record<string, ProjectStateMachine>>;
  buckets: Readonly<Record<string, ProjectBucket>>;
  /** Names of Step Functions activities. */
  activities: readonly string[];
  roles: Readonly<Record<string, ProjectRole>>;
  input?: ProjectInput;
  /** The file with positions, so that later mistakes (a wheel that is missing) name their line too. */
  source: DocumentSource;
}

export interface ProjectTemplate {
  /** Absolute. */
  file: string;
  /** Resources that are not served, in the order of the template. */
  stubs: readonly { logicalId: string; type: string; reason?: string }[];
  /** What was left out or changed, as sentences. */
  notes: readonly string[];
}

/**
 * How a package is made:
 * - `node-folder`: the folder as it is, with its own node_modules
 * - `node-bundle`: a TypeScript or JavaScript entry file, bundled by esbuild with a source map
 * - `python-folder`: the folder with wheels of its requirements.txt or pyproject.toml
 * - `zip`: a prebuilt package
 * - `custom-folder`: an executable `bootstrap` for provided.al2023
 */
type CodeKind = 'node-folder' | 'node-bundle' | 'python-folder' | 'zip' | 'custom-folder';

export interface ProjectCode {
  kind: CodeKind;
  /** Absolute: a folder, a `.zip`, or the entry file of a bundle. */
  path: string;
}

export interface ProjectFunction {
  name: string;
  /** Lambda's identifier, e.g. `python3.11`. */
  runtime: string;
  /** `file.export`; of a bundle always `index.handler`. */
  handler: string;
  code: ProjectCode;
  /** Names of `Project.layers`, in the order in which Lambda merges them. */
  layers: readonly string[];
  memoryMB: number;
  timeoutSeconds: number;
  ephemeralStorageMB: number;
  environment: Readonly<Record<string, Reference>>;
  /** Absent: that of the machine on which the artifacts are built. */
  architecture?: 'x86_64' | 'arm64';
  /** Absent: unreserved. */
  reservedConcurrency?: number;
  logging: FunctionLogging;
  /** Further files of the package: path in it to an absolute path (file or folder). */
  files: Readonly<Record<string, string>>;
  /** Further entry files of a bundle, such as worker threads: name in the package to an absolute path. */
  entries: Readonly<Record<string, string>>;
  /** npm packages that a bundle takes as installed, beside it, e.g. those with native addons. */
  packages: readonly PackagedDependency[];
  /** A name of `Project.roles`; absent: a role of its own with the least policy. */
  role?: string;
}

interface PackagedDependency {
  name: string;
  /**
   * Globs of the package's files to take; absent: all. `${platform}`, `${arch}` and `${os}` stand for the target, e.g.
   * `bin/napi-v6/${platform}/${arch}/*`.
   */
  files?: readonly string[];
}

export interface FunctionLogging {
  format: 'text' | 'json';
  /** CloudWatch keeps logs this long; absent: for ever, as AWS does. */
  retentionDays?: number;
  /** Of JSON logs only. */
  applicationLevel?: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
  systemLevel?: 'DEBUG' | 'INFO' | 'WARN';
}

export interface ProjectLayer {
  name: string;
  /** A folder laid out as Lambda wants it (`nodejs/`, `python/`, `bin/`), a folder with requirements.txt, or a zip. */
  path: string;
  kind: 'folder' | 'python-requirements' | 'zip';
  runtimes: readonly string[];
}

export interface ProjectStateMachine {
  name: string;
  type: 'STANDARD' | 'EXPRESS';
  /** Absolute path of the `.asl.json` or `.asl.yaml` file. */
  file: string;
  /** With its `${...}` placeholders. */
  definition: JsonObject;
  /** A value for every placeholder of the definition, and no other. */
  substitutions: Readonly<Record<string, Reference>>;
  logging: StateMachineLogging;
  /** A name of `Project.roles`; absent: a role of its own with the least policy. */
  role?: string;
}

interface StateMachineLogging {
  level: 'OFF' | 'ERROR' | 'FATAL' | 'ALL';
  includeExecutionData: boolean;
  retentionDays?: number;
}

/**
 * What stands for a placeholder or in an environment variable: an attribute of another resource, resolved when the
 * account is known, or a text.
 */
export type Reference =
  | {
      kind: 'function' | 'state-machine' | 'bucket' | 'activity';
      name: string;
      attribute: 'arn' | 'name';
    }
  | { kind: 'literal'; value: string }
  | { kind: 'text'; parts: readonly TextPart[] };

/** A part of a text with names in it. */
export type TextPart =
  | { kind: 'literal'; value: string }
  | { kind: 'pseudo'; name: PseudoName }
  | { kind: NamedKind; name: string; attribute: 'arn' | 'name' };

/** What the account decides. */
export type PseudoName = 'AccountId' | 'Region' | 'Partition';
export type NamedKind = 'function' | 'state-machine' | 'bucket' | 'activity' | 'role';

export interface ProjectBucket {
  name: string;
  /** True: it exists, is only read, and is neither made nor removed. */
  existing: boolean;
  versioning: boolean;
  notifications: readonly BucketNotification[];
  /** Files that a deployment puts there, by key, or by key prefix (ending in `/`) for folders. */
  objects: Readonly<Record<string, BucketObjects>>;
}

export interface BucketObjects {
  /** Absolute: a file, or a folder whose files go below the prefix. */
  path: string;
  /**
   * A release keeps these files in a folder below the prefix that their digest names, and tells every function its
   * name in this variable: two releases may serve at once, each with its own.
   */
  versionVariable?: string;
  /**
   * Variables in which a release tells every function the base64 SHA-256 of one of these files, by a name or a pattern
   * with `*`: what is loaded can be compared with what was attested.
   */
  digestVariables?: Readonly<Record<string, string>>;
}

export interface BucketNotification {
  /** Name of the function that is invoked. */
  function: string;
  /** e.g. `s3:ObjectCreated:*`. */
  events: readonly string[];
  prefix?: string;
  suffix?: string;
}

export interface ProjectRole {
  name: string;
  /** A policy document, or `least`: derived from the code and definitions that use the role. */
  policy: JsonObject | 'least';
  /** Statements added to a `least` policy. */
  allow: readonly { actions: readonly string[]; resources: readonly string[] }[];
  /** ARNs. */
  managedPolicies: readonly string[];
}

export interface ProjectInput {
  /** Input of an execution that says nothing else; `${NAME}` stands for a parameter. */
  default: JsonObject;
  /** Value of each parameter unless the scenario gives another; `undefined`: it must give one. */
  parameters: Readonly<Record<string, { default?: Json; description?: string }>>;
  /** JSON Schema (draft 2020-12) that every input is checked against. */
  schema?: JsonObject;
}
