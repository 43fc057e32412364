import { documentedMetrics } from './index.ts';

/** The table of metrics as Markdown, from the registry, those of a pack included. */
export function renderMetricReference(pack?: string): string {
  const rows = documentedMetrics(pack).map(({ name, unit, cardinality, clock, source, description }) => {
    const cell = (text: string) => text.replaceAll('|', '\\|');
    const written = cardinality === 'many' ? `\`mean(${name})\`` : `\`${name}\``;
    return `| ${written} | ${unit || 'a number'} | ${cell(description)} | ${cell(source)} | ${clock} |`;
  });
  return ['| metric | unit | meaning | source | clock |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}
