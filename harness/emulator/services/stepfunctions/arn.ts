/**
 * ARNs of Step Functions: state machines, their versions and aliases, executions, express executions, Map Runs,
 * the children of Map Runs (`execution:MACHINE/LABEL:NAME`), and activities.
 */
import { invalidArn, wrongResourceType } from './errors.ts';

export interface StatesArn {
  readonly text: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** `stateMachine`, `execution`, `express`, `mapRun`, `activity`. */
  readonly resourceType: string;
  /** What follows the type, split at colons. */
  readonly parts: readonly string[];
}

/** Takes an ARN of this service apart; throws InvalidArn with AWS's sentence. */
export function parseArn(text: string): StatesArn {
  if (!text.startsWith('arn:')) throw invalidArn(`Invalid ARN prefix: ${text}`);
  const [, partition = '', service = '', region = '', accountId = '', resourceType = '', ...parts] =
    text.split(':');
  if (service !== 'states') throw invalidArn(`Invalid ARN service: ${text}`);
  if (resourceType === '' || parts.length === 0 || parts.includes(''))
    throw invalidArn(`Malformed ARN: ${text}`);
  return { text, partition, region, accountId, resourceType, parts };
}

/** Takes an ARN apart and insists on one of `types`. */
export function parseArnOf(text: string, ...types: string[]): StatesArn {
  const arn = parseArn(text);
  if (!types.includes(arn.resourceType)) throw wrongResourceType(arn.resourceType);
  return arn;
}

/** A state machine's ARN, perhaps with a version or an alias. */
export interface MachineArn {
  /** ARN without the qualifier. */
  readonly machineArn: string;
  readonly name: string;
  /** Label of a Map Run: the machine stands for the children of that Map. */
  readonly label?: string;
  /** All digits: a version; else an alias. */
  readonly qualifier?: string;
}

export function parseMachineArn(text: string): MachineArn {
  const arn = parseArnOf(text, 'stateMachine');
  const [resource = '', qualifier, ...rest] = arn.parts;
  if (rest.length > 0) throw invalidArn(`Malformed ARN: ${text}`);
  const [name = '', label] = resource.split('/');
  const machineArn = qualifier === undefined ? text : text.slice(0, -(qualifier.length + 1));
  return {
    machineArn,
    name,
    ...(label === undefined ? {} : { label }),
    ...(qualifier === undefined ? {} : { qualifier }),
  };
}

export const isVersion = (qualifier: string): boolean => /^\d+$/.test(qualifier);

/** Writes the ARNs of one region and account. */
export class ArnWriter {
  readonly #prefix: string;

  constructor(region: string, accountId: string) {
    this.#prefix = `arn:${partitionOf(region)}:states:${region}:${accountId}`;
  }

  stateMachine(name: string): string {
    return `${this.#prefix}:stateMachine:${name}`;
  }

  activity(name: string): string {
    return `${this.#prefix}:activity:${name}`;
  }

  /** `machineName` may carry a Map Run's label (`Machine/Label`). */
  execution(machineName: string, name: string): string {
    return `${this.#prefix}:execution:${machineName}:${name}`;
  }

  express(machineName: string, name: string, id: string): string {
    return `${this.#prefix}:express:${machineName}:${name}:${id}`;
  }

  mapRun(machineName: string, label: string, id: string): string {
    return `${this.#prefix}:mapRun:${machineName}/${label}:${id}`;
  }
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
