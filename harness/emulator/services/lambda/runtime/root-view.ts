/**
 * The file system of a contained function: what it sees, and nothing else of this machine. The package, layers and
 * runtime lie where AWS has them; system folders and the interpreter are read-only; `/tmp` is its own.
 *
 * A view is data: mounts over a skeleton, a read-only folder with the mount points. Both kinds of containment
 * (bubblewrap, and namespaces by `unshare`) are given the same mounts.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';

/** One mount; `to` is a path inside the view. */
export type Mount =
  | { kind: 'read-only' | 'device'; from: string; to: string }
  | { kind: 'tmpfs'; to: string; sizeMB: number };

export interface RootView {
  mounts: readonly Mount[];
  /** Symbolic links of the skeleton: their paths and targets. */
  links: { readonly [path: string]: string };
  /** Files of the skeleton: their paths and texts. */
  files: { readonly [path: string]: string };
}

export const TASK_ROOT = '/var/task';
export const RUNTIME_ROOT = '/var/runtime';
export const LAYER_ROOT = '/opt';
/** Modules that AWS brings along, in a folder of the name in which Node looks for what they need in turn. */
const MODULES_ROOT = '/var/modules/node_modules';

export interface RootViewInput {
  taskFolder: string;
  runtimeFolder: string;
  /** Folder of the merged layers. */
  layerFolder: string | undefined;
  /** Names in the layer folder. */
  layerEntries: readonly string[];
  /** The program that runs the function, if it is one of this machine. */
  interpreter: string | undefined;
  /** Folder of modules that AWS brings along. */
  modules: string | undefined;
  /** Size of `/tmp`. */
  temporaryMB: number;
  /** Folders that must not be seen even if a folder that is shown contains them. */
  hidden: readonly string[];
  /** Lines for `/etc/hosts`, in place of this machine's: the network is limited. */
  hosts?: string;
}

/** Where AWS has the interpreter, and a view one of this machine that lies where the function has its own `/tmp`. */
const LANGUAGE_ROOT = '/var/lang';

const SYSTEM_FOLDERS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** What programs need of `/etc`: name service, certificates, the dynamic linker, time zone, fonts. */
const SYSTEM_FILES = [
  'alternatives',
  'ca-certificates',
  'ca-certificates.conf',
  'crypto-policies',
  'fonts',
  'host.conf',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'pki',
  'protocols',
  'resolv.conf',
  'services',
  'ssl',
  'timezone',
].map((name) => `/etc/${name}`);
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'].map((name) => `/dev/${name}`);
/** Libraries for numbers read the processor's caches there. */
const PROCESSOR = '/sys/devices/system/cpu';
/** Package managers whose programs need more than their own folder. */
const STORES = ['/nix/store', '/gnu/store', '/home/linuxbrew/.linuxbrew', '/opt/homebrew'];
/** Where sources of programs, and projects in Docker images, lie below `/usr`. */
const SOURCES = '/usr/src';
/** Source of a mount that hides a folder: an empty folder of the skeleton. */
export const EMPTY = '/.empty';

/** What a function sees. Reads the host's file system for what is there. */
export function rootViewOf(input: RootViewInput): RootView {
  const links: { [path: string]: string } = { '/dev/fd': '/proc/self/fd' };
  for (const [at, name] of ['stdin', 'stdout', 'stderr'].entries())
    links[`/dev/${name}`] = `/proc/self/fd/${at}`;
  const shown: string[] = [];
  for (const folder of SYSTEM_FOLDERS) {
    const kind = lstatSync(folder, { throwIfNoEntry: false });
    if (kind?.isSymbolicLink()) links[folder] = readlinkSync(folder);
    else if (kind) shown.push(folder);
  }
  const interpreter = input.interpreter === undefined ? undefined : shownInterpreter(input.interpreter);
  const moved =
    interpreter && interpreter.inside !== interpreter.program
      ? movedInterpreter(interpreter.program)
      : undefined;
  if (!moved) shown.push(...interpreterFolders(interpreter?.program, shown));
  const mounts: Mount[] = shown.map((path) => readOnly(path));
  if (moved) mounts.push({ kind: 'read-only', ...moved });
  const isLimited = input.hosts !== undefined;
  for (const path of SYSTEM_FILES) {
    if (isLimited && (path === '/etc/hosts' || path === '/etc/resolv.conf')) continue;
    if (existsSync(path)) mounts.push({ kind: 'read-only', from: realpathSync(path), to: path });
  }
  for (const path of DEVICES) mounts.push({ kind: 'device', from: path, to: path });
  if (existsSync(PROCESSOR)) mounts.push(readOnly(PROCESSOR));
  for (const path of [SOURCES, ...input.hidden]) {
    // The skeleton is the root by then, and has an empty folder.
    if (existsSync(path) && shown.some((folder) => isBelow(path, folder)) && !holds(path, input.interpreter))
      mounts.push({ kind: 'read-only', from: EMPTY, to: path });
  }
  if (moved) {
    const { from, to } = moved;
    for (const path of input.hidden) {
      if (existsSync(path) && isBelow(path, from))
        mounts.push({ kind: 'read-only', from: EMPTY, to: join(to, relative(from, path)) });
    }
  }
  mounts.push({ kind: 'read-only', from: input.taskFolder, to: TASK_ROOT });
  mounts.push({ kind: 'read-only', from: input.runtimeFolder, to: RUNTIME_ROOT });
  for (const name of input.layerEntries)
    mounts.push({ kind: 'read-only', from: join(input.layerFolder!, name), to: join(LAYER_ROOT, name) });
  if (input.modules !== undefined) {
    const { folder, path } = modulesView(input.modules);
    mounts.push({ kind: 'read-only', from: folder, to: path });
  }
  mounts.push({ kind: 'tmpfs', to: '/tmp', sizeMB: input.temporaryMB });
  return {
    mounts,
    links,
    files: {
      '/etc/passwd': 'root:x:0:0:root:/tmp:/sbin/nologin\nnobody:x:65534:65534:nobody:/tmp:/sbin/nologin\n',
      '/etc/group': 'root:x:0:\nnogroup:x:65534:\n',
      ...(isLimited ? { '/etc/hosts': input.hosts! } : {}),
    },
  };
}

const readOnly = (path: string): Mount => ({ kind: 'read-only', from: path, to: path });

const isBelow = (path: string, folder: string): boolean =>
  !relative(folder, path).startsWith('..') && path.startsWith(sep);

const holds = (folder: string, path: string | undefined): boolean =>
  path !== undefined && (isBelow(path, folder) || isBelow(realpathSync(path), folder));

/** Where a folder of modules appears. pnpm links modules to one another across the folder around its store. */
export function modulesView(folder: string): { folder: string; path: string; inside: string } {
  const store = folder.indexOf(`${sep}.pnpm${sep}`);
  if (store < 0) return { folder, path: MODULES_ROOT, inside: MODULES_ROOT };
  return { folder: folder.slice(0, store), path: MODULES_ROOT, inside: MODULES_ROOT + folder.slice(store) };
}

/**
 * Folders that an interpreter needs beside the system's: its installation, and for a virtual environment that of the
 * interpreter it was made from. They appear at their own paths. An installation that holds the home folder, as that of
 * `~/bin/node` would, is not shown: the program alone is.
 */
function interpreterFolders(program: string | undefined, system: readonly string[]): string[] {
  if (program === undefined) return [];
  const found = new Set<string>();
  for (const path of new Set([program, realpathSync(program)])) {
    if (system.some((folder) => isBelow(path, folder))) continue;
    const store = STORES.find((folder) => isBelow(path, folder));
    const installation = store ?? installationOf(path);
    const isTooMuch = installation === sep || isBelow(homedir(), installation);
    found.add(isTooMuch ? path : installation);
  }
  return [...found];
}

/**
 * The program that runs a function, on this machine and inside the view. Below `/tmp` nothing of this machine is seen:
 * the interpreter behind a virtual environment there is taken, and one that lies there itself appears in `/var/lang`.
 */
export function shownInterpreter(program: string): { program: string; inside: string } {
  const found = isBelow(program, '/tmp') ? realpathSync(program) : program;
  const isHidden = isBelow(found, '/tmp');
  return {
    program: found,
    inside: isHidden ? join(LANGUAGE_ROOT, relative(installationOf(found), found)) : found,
  };
}

/** The mount of an interpreter below `/tmp`: its installation, or the program alone where that holds all of `/tmp`. */
function movedInterpreter(program: string): { from: string; to: string } {
  const installation = installationOf(program);
  const isTooMuch = installation === '/tmp' || isBelow(homedir(), installation);
  return isTooMuch
    ? { from: program, to: join(LANGUAGE_ROOT, relative(installation, program)) }
    : { from: installation, to: LANGUAGE_ROOT };
}

const installationOf = (program: string): string => dirname(dirname(program));

/** Skeletons in a folder of the emulator, each made once. */
export class Skeletons {
  readonly #folder: string;
  readonly #made = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** The folder over which the mounts of a view go. */
  of({ mounts, links, files }: RootView): string {
    const points = mounts.map((one) => ({
      path: one.to,
      isFolder: one.kind === 'tmpfs' || isFolder(one.from),
    }));
    const key = createHash('sha256')
      .update(JSON.stringify([points, links, files]))
      .digest('hex')
      .slice(0, 16);
    const skeleton = join(this.#folder, key);
    if (this.#made.has(key)) return skeleton;
    const building = `${skeleton}.tmp`;
    for (const folder of [EMPTY, '/.old', '/proc', '/var/task', '/var/runtime', '/opt', '/etc', '/dev'])
      mkdirSync(join(building, folder), { recursive: true });
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(building, path));
    for (const [path, text] of Object.entries(files)) writeFileSync(join(building, path), text);
    for (const { path, isFolder } of points) {
      const point = join(building, path);
      mkdirSync(isFolder ? point : dirname(point), { recursive: true });
      if (!isFolder && !existsSync(point)) writeFileSync(point, '');
    }
    renameSync(building, skeleton);
    this.#made.add(key);
    return skeleton;
  }
}

const isFolder = (path: string): boolean => path === EMPTY || statSync(path).isDirectory();
