import { isJsonObject, type Json } from '../../core/json.ts';

/** Leaf by leaf what is different: `memoryMB: 1769 -> 3008`, `+ environment.A: "b"`, `- environment.C: "d"`. */
export function differences(before: Json, after: Json): string[] {
  const old = leavesOf(before, '');
  const now = leavesOf(after, '');
  return [
    ...[...now].flatMap(([path, value]) => {
      const was = old.get(path);
      if (was === undefined) return [`+ ${path}: ${value}`];
      return was === value ? [] : [`${path}: ${was} -> ${value}`];
    }),
    ...[...old].filter(([path]) => !now.has(path)).map(([path, value]) => `- ${path}: ${value}`),
  ];
}

function leavesOf(value: Json, path: string): Map<string, string> {
  const entries: [string, Json][] = isJsonObject(value)
    ? Object.entries(value).map(([key, member]) => [path === '' ? key : `${path}.${key}`, member])
    : Array.isArray(value)
      ? value.map((member, index) => [`${path}[${index}]`, member])
      : [];
  if (entries.length > 0) return new Map(entries.flatMap(([key, member]) => [...leavesOf(member, key)]));
  const empty = path === '' && typeof value === 'object';
  return empty ? new Map() : new Map([[path, typeof value === 'string' ? value : JSON.stringify(value)]]);
}
