/**
 * From a template to resources with their properties evaluated. Pure but for included files: who asks says what
 * resources and pseudo parameters are called, so that an import answers references and a deployment answers names.
 */
import type { Json, JsonObject } from '../../core/json.ts';
import type { Path } from '../../document/source.ts';
import { circularDependencies, dependenciesOf } from './dependencies.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './intrinsics/intrinsic.ts';
import { expand } from './language-extensions.ts';
import { resolveParameters } from './parameters.ts';
import { TemplateReport, type TemplateSource } from './read-template.ts';
import { transformServerless } from './sam/transform.ts';
import { isGroup, NO_VALUE, textOf, UNKNOWN, type Value } from './value.ts';

export interface TemplateResource {
  logicalId: string;
  type: string;
  /** Evaluated. */
  properties: JsonObject;
  /** As in the template. */
  metadata: JsonObject;
  dependsOn: readonly string[];
  deletionPolicy: string;
  /** Where it stands, for messages. */
  path: Path;
}

export interface ResolveOptions {
  parameters?: Readonly<Record<string, string>>;
  /** Pseudo parameters by name. */
  pseudo: Readonly<Record<string, string | string[]>>;
  /** What `Ref` answers. */
  refOf(resource: { logicalId: string; type: string }): Value;
  /** What `Fn::GetAtt` answers. */
  attributeOf(resource: { logicalId: string; type: string }, attribute: string): Value;
  importValue?: (name: string) => Value | undefined;
  /** Text with names in the place of what is only known later. */
  concrete?: (text: string) => string;
}

export interface ResolvedTemplate {
  /** Those whose condition holds, each after those it needs. */
  resources: readonly TemplateResource[];
  outputs: Readonly<Record<string, { value: Json; exportName?: string; description?: string }>>;
  description?: string;
  report: TemplateReport;
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Transform',
  'Resources',
  'Outputs',
  'Globals',
  'Hooks',
];

/** Mistakes are in `report`; nothing is thrown. */
export function resolveTemplate(template: TemplateSource, options: ResolveOptions): ResolvedTemplate {
  const report = new TemplateReport(template.source);
  const { value } = template;
  for (const section of Object.keys(value))
    if (!SECTIONS.includes(section) && !section.startsWith('Fn::'))
      report.add([section], `${section} is no section of a template`, `sections: ${SECTIONS.join(', ')}`);
  const group = (section: string): JsonObject => (isGroup(value[section]) ? value[section] : {});
  const parameters = resolveParameters(group('Parameters'), options.parameters ?? {}, report.add);
  const pseudo = new Map<string, Value>([...Object.entries(options.pseudo), ['AWS::NoValue', NO_VALUE]]);
  const conditions = new Map<string, boolean>();
  const types = new Map<string, string>();
  /** `Function.Alias` of AWS SAM and the like. */
  const references = new Map<string, string>();
  const evaluation: Evaluation = {
    ref(name) {
      const known = pseudo.get(name) ?? parameters.get(name)?.value;
      if (known !== undefined) return known;
      if (Object.hasOwn(group('Parameters'), name)) return UNKNOWN;
      const logicalId = references.get(name) ?? name;
      const type = types.get(logicalId);
      return type === undefined ? undefined : options.refOf({ logicalId, type });
    },
    attribute(logicalId, attribute) {
      const reference = references.get(`${logicalId}.${attribute}`);
      if (reference !== undefined) return evaluation.ref(reference);
      const type = types.get(logicalId);
      return type === undefined ? undefined : options.attributeOf({ logicalId, type }, attribute);
    },
    condition: (name) => conditionNamed(name, []),
    mappings: {},
    importValue: options.importValue ?? (() => undefined),
    names: () => [...Object.keys(group('Parameters')), ...types.keys(), ...pseudo.keys()],
    concrete: options.concrete ?? ((text) => text),
    report: report.add,
  };
  const expansion = {
    folder: template.folder,
    listOf(one: Json, path: Path) {
      const list = evaluate(one, path, evaluation);
      if (Array.isArray(list)) return list.map((item) => textOf(item) ?? '');
      if (list !== UNKNOWN) report.add(path, 'Fn::ForEach repeats over a list');
      return undefined;
    },
    textOf: (one: Json, path: Path) => textOf(evaluate(one, path, evaluation)),
    report: report.add,
  };
  const written = Object.fromEntries(
    ['Mappings', 'Conditions', 'Resources', 'Outputs'].map((section) => {
      const expanded = expand(group(section), [section], expansion);
      return [section, isGroup(expanded) ? expanded : {}];
    }),
  ) as Record<'Mappings' | 'Conditions' | 'Resources' | 'Outputs', JsonObject>;
  evaluation.mappings = written.Mappings;

  function conditionNamed(name: string, above: readonly string[]): boolean | undefined {
    const known = conditions.get(name);
    if (known !== undefined) return known;
    const body = written.Conditions[name];
    if (body === undefined) return undefined;
    if (above.includes(name)) {
      report.add(
        ['Conditions', name],
        `the condition ${name} depends on itself: ${[...above, name].join(' -> ')}`,
      );
      return false;
    }
    const inner = { ...evaluation, condition: (one: string) => conditionNamed(one, [...above, name]) };
    const result = evaluate(body, ['Conditions', name], inner);
    if (typeof result !== 'boolean' && result !== UNKNOWN)
      report.add(
        ['Conditions', name],
        `the condition ${name} is neither true nor false`,
        'use Fn::Equals or the like',
      );
    conditions.set(name, result === true);
    return result === true;
  }
  for (const name of Object.keys(written.Conditions)) conditionNamed(name, []);

  const isServerless = [value['Transform']].flat().includes('AWS::Serverless-2016-10-31');
  const all = isServerless
    ? transformServerless(written.Resources, group('Globals'), {
        evaluation,
        folder: template.folder,
        references,
      })
    : written.Resources;
  const present = presentResources(all, evaluation);
  for (const [logicalId, { Type }] of Object.entries(present)) types.set(logicalId, String(Type));
  const needs = new Map(
    Object.entries(present).map(([id, one]) => [id, dependenciesOf(one).filter((name) => name in present)]),
  );
  for (const circle of circularDependencies(needs))
    report.add(
      ['Resources', circle[0]!],
      `Circular dependency between resources: [${circle.join(', ')}]`,
      'remove one of the references between them',
    );
  const resources = ordered(needs).map((logicalId): TemplateResource => {
    const one = present[logicalId]!;
    const path: Path = ['Resources', logicalId];
    const properties = evaluate(one['Properties'] ?? {}, [...path, 'Properties'], evaluation);
    for (const name of [one['DependsOn'] ?? []].flat())
      if (typeof name === 'string' && !(name in all))
        report.add([...path, 'DependsOn'], `depends on ${name}, which the template does not have`);
    return {
      logicalId,
      type: String(one['Type']),
      properties: isGroup(properties) ? properties : {},
      metadata: isGroup(one['Metadata']) ? one['Metadata'] : {},
      dependsOn: needs.get(logicalId)!,
      deletionPolicy: textOf(one['DeletionPolicy'] ?? '') || 'Delete',
      path,
    };
  });
  return {
    resources,
    outputs: outputsOf(written.Outputs, evaluation),
    ...(typeof value['Description'] === 'string' ? { description: value['Description'] } : {}),
    report,
  };
}

/** Resources whose condition holds; what is no resource is reported. */
function presentResources(all: JsonObject, evaluation: Evaluation): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(all).flatMap(([logicalId, one]): [string, JsonObject][] => {
      const path: Path = ['Resources', logicalId];
      if (!isGroup(one) || typeof one['Type'] !== 'string') {
        evaluation.report(path, 'a resource is a group with a Type', 'write Type: AWS::SERVICE::TYPE');
        return [];
      }
      if (!/^[A-Za-z0-9]{1,255}$/.test(logicalId))
        evaluation.report(path, 'a logical id has letters and digits only');
      if (one['Condition'] === undefined) return [[logicalId, one]];
      const holds = evaluation.condition(String(one['Condition']));
      if (holds === undefined)
        evaluation.report(
          [...path, 'Condition'],
          `names the condition ${String(one['Condition'])}, which the template does not have`,
        );
      return holds ? [[logicalId, one]] : [];
    }),
  );
}

function outputsOf(outputs: JsonObject, evaluation: Evaluation): ResolvedTemplate['outputs'] {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, one]) => {
      if (!isGroup(one)) return [];
      if (typeof one['Condition'] === 'string' && !evaluation.condition(one['Condition'])) return [];
      const path: Path = ['Outputs', name];
      const value = evaluate(one['Value'] ?? '', [...path, 'Value'], evaluation);
      if (value === UNKNOWN || value === NO_VALUE) return [];
      const exported = isGroup(one['Export']) ? one['Export']['Name'] : undefined;
      const exportName =
        exported === undefined ? undefined : textOf(evaluate(exported, [...path, 'Export'], evaluation));
      const description = textOf(one['Description'] ?? '');
      return [
        [
          name,
          {
            value,
            ...(exportName === undefined ? {} : { exportName }),
            ...(description ? { description } : {}),
          },
        ],
      ];
    }),
  );
}

/** Each after those it needs, in the order of the template where that leaves it open. */
function ordered(needs: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (id: string, above: readonly string[]): void => {
    if (done.has(id) || above.includes(id)) return;
    for (const need of needs.get(id) ?? []) visit(need, [...above, id]);
    done.add(id);
  };
  for (const id of needs.keys()) visit(id, []);
  return [...done];
}
