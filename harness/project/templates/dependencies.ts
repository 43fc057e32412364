/** Which resources a resource needs: by DependsOn, Ref, Fn::GetAtt and Fn::Sub. */
import type { Json, JsonObject } from '../../core/json.ts';
import { isGroup } from './value.ts';

/** Names that a resource refers to, each once; parameters and pseudo parameters among them. */
export function dependenciesOf(resource: JsonObject): string[] {
  const names = new Set<string>();
  for (const one of [resource['DependsOn'] ?? []].flat()) if (typeof one === 'string') names.add(one);
  collect(resource['Properties'] ?? {}, names);
  return [...names];
}

function collect(value: Json, names: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) collect(one, names);
  if (!isGroup(value)) return;
  const only = Object.keys(value).length === 1;
  for (const [key, one] of Object.entries(value)) {
    if (only && key === 'Ref' && typeof one === 'string') names.add(one);
    else if (only && key === 'Fn::GetAtt') {
      const id = typeof one === 'string' ? one.split('.')[0] : Array.isArray(one) ? one[0] : undefined;
      if (typeof id === 'string') names.add(id);
    } else if (only && key === 'Fn::Sub') {
      const [text, given] = Array.isArray(one) ? one : [one];
      for (const [, name] of String(text).matchAll(/\$\{([A-Za-z0-9]+)(?:\.[^}]+)?\}/g))
        if (!(isGroup(given) && Object.hasOwn(given, name!))) names.add(name!);
      if (given !== undefined) collect(given, names);
    } else collect(one, names);
  }
}

/** Circles among what needs what, each once (Tarjan's strongly connected components). */
export function circularDependencies(needs: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (id: string): void => {
    index.set(id, index.size);
    low.set(id, index.get(id)!);
    stack.push(id);
    for (const next of needs.get(id) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(id, Math.min(low.get(id)!, low.get(next)!));
    }
    if (low.get(id) !== index.get(id)) return;
    const circle = stack.splice(stack.indexOf(id));
    if (circle.length > 1 || needs.get(id)?.includes(id)) circles.push(circle);
  };
  for (const id of needs.keys()) if (!index.has(id)) visit(id);
  return circles;
}
