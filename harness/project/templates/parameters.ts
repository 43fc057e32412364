/** Parameters of a template: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
import type { Json, JsonObject } from '../../core/json.ts';
import { nearestName } from '../../core/nearest-name.ts';
import type { Path } from '../../document/source.ts';
import { isGroup, textOf, type Value } from './value.ts';

export interface TemplateParameter {
  value: Value;
  noEcho: boolean;
}

type Report = (path: Path, message: string, hint?: string) => void;

const SSM_TYPE = /^AWS::SSM::Parameter::Value<(.+)>$/;

/** The value of each parameter: the given one, or its default. Every mistake is reported. */
export function resolveParameters(
  declared: JsonObject,
  given: Readonly<Record<string, string>>,
  report: Report,
): Map<string, TemplateParameter> {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declared, name)) continue;
    const near = nearestName(name, Object.keys(declared));
    report(
      ['Parameters'],
      `the template has no parameter ${name}`,
      near === undefined
        ? `parameters: ${Object.keys(declared).join(', ') || 'none'}`
        : `did you mean ${near}?`,
    );
  }
  return new Map(
    Object.entries(declared).flatMap(([name, fields]): [string, TemplateParameter][] => {
      const at: Path = ['Parameters', name];
      if (!isGroup(fields)) {
        report(at, `the parameter ${name} is a group with a Type`);
        return [];
      }
      const type = typeof fields['Type'] === 'string' ? fields['Type'] : 'String';
      const text = given[name] ?? defaultOf(fields['Default']);
      if (text === undefined) {
        report(
          at,
          `the parameter ${name} has no default, and no value is given`,
          `give one: --parameter ${name}=VALUE`,
        );
        return [];
      }
      checkText(name, text, type, fields, report);
      return [[name, { value: typed(text, type), noEcho: String(fields['NoEcho']) === 'true' }]];
    }),
  );
}

function defaultOf(value: Json | undefined): string | undefined {
  if (Array.isArray(value)) return value.map((one) => textOf(one) ?? '').join(',');
  return value === undefined ? undefined : (textOf(value) ?? '');
}

const isList = (type: string) => type === 'CommaDelimitedList' || type.startsWith('List<');

/** Of an SSM parameter the name stands for its value: nothing tells it here. */
function typed(text: string, type: string): Value {
  const inner = SSM_TYPE.exec(type)?.[1] ?? type;
  if (!isList(inner)) return text;
  return text === '' ? [] : text.split(',').map((one) => one.trim());
}

function checkText(name: string, text: string, type: string, fields: JsonObject, report: Report): void {
  const at: Path = ['Parameters', name];
  const wrong = (message: string) => {
    const hint = textOf(fields['ConstraintDescription'] ?? '') || `give another: --parameter ${name}=VALUE`;
    report(
      at,
      `the value ${fields['NoEcho'] === undefined ? `"${text}" ` : ''}of the parameter ${name} ${message}`,
      hint,
    );
  };
  if (SSM_TYPE.test(type)) return;
  const each = isList(type) ? (typed(text, type) as string[]) : [text];
  const allowed = fields['AllowedValues'];
  if (Array.isArray(allowed)) {
    const texts = allowed.map((one) => textOf(one) ?? '');
    if (!each.every((one) => texts.includes(one))) wrong(`is none of ${texts.join(', ')}`);
  }
  const pattern = fields['AllowedPattern'];
  if (typeof pattern === 'string' && !each.every((one) => matches(pattern, one)))
    wrong(`does not match the pattern ${pattern}`);
  const number = (field: string) => (fields[field] === undefined ? undefined : Number(textOf(fields[field])));
  if (type === 'Number' || type === 'List<Number>') {
    for (const one of each) {
      if (one.trim() === '' || !Number.isFinite(Number(one))) wrong('is no number');
      else if (Number(one) < (number('MinValue') ?? Number.NEGATIVE_INFINITY))
        wrong(`is below ${number('MinValue')}`);
      else if (Number(one) > (number('MaxValue') ?? Number.POSITIVE_INFINITY))
        wrong(`is above ${number('MaxValue')}`);
    }
  } else if (text.length < (number('MinLength') ?? 0))
    wrong(`is shorter than ${number('MinLength')} characters`);
  else if (text.length > (number('MaxLength') ?? Number.POSITIVE_INFINITY))
    wrong(`is longer than ${number('MaxLength')} characters`);
}

/** CloudFormation's patterns are Java's; one that JavaScript cannot read is not checked. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 's').test(text);
  } catch {
    return true;
  }
}
