import type { Diagnostic } from '../document/diagnostics.ts';
import type { DocumentSource, Path } from '../document/source.ts';

/** What no field may be, whatever it means: an alias within its own anchor, and names that objects keep to themselves. */
export function checkTree(source: DocumentSource): Diagnostic[] {
  const found: Diagnostic[] = [];
  visit(source.value, [], new Set(), (path, message, hint) => {
    found.push(source.diagnose(path, message, { hint }));
  });
  return found;
}

type OnMistake = (path: Path, message: string, hint: string) => void;

function visit(value: unknown, path: Path, above: Set<object>, onMistake: OnMistake): void {
  if (typeof value !== 'object' || value === null) return;
  if (above.has(value)) {
    onMistake(path, 'an alias stands within its own anchor', 'Write the value out instead of the alias.');
    return;
  }
  above.add(value);
  for (const key of Object.keys(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === '__proto__') onMistake(at, '"__proto__" is no name that can be used', 'Choose another name.');
    else visit((value as Record<string, unknown>)[key], at, above, onMistake);
  }
  above.delete(value);
}
