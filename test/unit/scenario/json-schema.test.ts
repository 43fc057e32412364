import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registerPacks } from '../../../harness/packs/register.ts';
import { scenarioJsonSchema } from '../../../harness/scenario/json-schema.ts';

registerPacks();

type SchemaNode = { properties: Record<string, SchemaNode>; anyOf?: { type: string }[] };

describe('the JSON Schema of scenarios', () => {
  it('is kept up to date: npx cosmicai schema > scenarios/scenario.schema.json', () => {
    expect(JSON.parse(readFileSync('scenarios/scenario.schema.json', 'utf8'))).toEqual(
      scenarioJsonSchema('redshift'),
    );
  });

  it('lets a reference stand where a number stands', () => {
    const schema = scenarioJsonSchema('redshift') as unknown as SchemaNode;
    const count = schema.properties['dataset']!.properties['generate']!.properties['count']!;
    expect(count.anyOf?.map(({ type }) => type)).toEqual(['integer', 'string']);
  });

  it('is named by every scenario, so that editors find it', () => {
    const files = readdirSync('scenarios', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.yaml'),
    );
    expect(files.length).toBeGreaterThan(10);
    const firstLine = (name: string) => readFileSync(`scenarios/${name}`, 'utf8').split('\n')[0];
    const without = files.filter(
      (name) =>
        firstLine(name) !==
        `# yaml-language-server: $schema=${'../'.repeat(name.split('/').length - 1) || './'}scenario.schema.json`,
    );
    expect(without).toEqual([]);
  });
});
