/**
 * Which names a pickled module may refer to. All become inert records and none is ever imported, so any name would be
 * harmless here; but whoever loads such a file in Python runs what it names, and should hear of it.
 */

/** Modules whose functions a checkpoint has no use for, other than to run something. */
const RUNS_CODE = new Set([
  'asyncio',
  'code',
  'codeop',
  'commands',
  'ctypes',
  'importlib',
  'marshal',
  'multiprocessing',
  'nt',
  'os',
  'pickle',
  'pip',
  'platform',
  'posix',
  'posixpath',
  'pty',
  'requests',
  'runpy',
  'shutil',
  'socket',
  'subprocess',
  'sys',
  'urllib',
  'webbrowser',
]);
const BUILTINS = new Set(['builtins', '__builtin__']);
const HARMLESS_BUILTINS = new Set([
  'bool',
  'bytearray',
  'bytes',
  'complex',
  'dict',
  'float',
  'frozenset',
  'getattr',
  'int',
  'list',
  'object',
  'range',
  'slice',
  'str',
  'tuple',
  'type',
]);

/** Whether `name` (module.qualname) may stand in a module's pickle. */
export function isModuleClass(name: string): boolean {
  const [root = '', ...rest] = name.split('.');
  if (BUILTINS.has(root)) return HARMLESS_BUILTINS.has(rest.join('.'));
  return !RUNS_CODE.has(root);
}
