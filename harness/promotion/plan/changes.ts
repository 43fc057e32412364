/** What applying a blueprint would change, resource by resource. Pure. */
import { LAMBDA_NAMES, type LambdaName } from '../../artifacts/bundle.ts';
import type { JsonObject } from '../../core/json.ts';
import { restorePlaceholders } from '../../project/placeholders.ts';
import { plannedAlarmSettings } from '../account/alarms.ts';
import type { Observed } from '../account/observe.ts';
import type { AlarmBlueprint } from '../release/alarms.ts';
import type { Blueprint, FunctionBlueprint } from '../release/blueprint.ts';
import { policyName } from '../release/policy-name.ts';
import { differences } from './differences.ts';

export interface Change {
  kind: 'bucket' | 'log group' | 'role' | 'function' | 'model' | 'state machine' | 'alarm' | 'alias';
  name: string;
  action: 'create' | 'update';
  /** `memoryMB: 1769 -> 3008`, one difference each. */
  lines: string[];
}

/** Empty when everything stands as it is to be. */
export function changesOf(blueprint: Blueprint, observed: Observed, live: Blueprint | undefined): Change[] {
  const { stateMachine } = blueprint;
  const functions = LAMBDA_NAMES.flatMap((name) =>
    functionChange(blueprint.functions[name], observed.functions[name]),
  );
  const machine = machineChange(
    blueprint,
    observed,
    functions.map(({ name }) => name),
  );
  const released = live?.release === blueprint.release && functions.length + machine.length === 0;
  return [
    ...[...blueprint.buckets, blueprint.releasesBucket]
      .filter((name) => !observed.buckets[name])
      .map((name): Change => ({ kind: 'bucket', name, action: 'create', lines: [] })),
    ...blueprint.logGroups.flatMap(({ name, retentionDays }): Change[] => {
      const found = observed.logGroups[name];
      const wanted = retentionDays === undefined ? {} : { retentionDays };
      if (!found) return [{ kind: 'log group', name, action: 'create', lines: differences({}, wanted) }];
      const lines = retentionDays === undefined ? [] : differences({ ...found }, wanted);
      return lines.length === 0 ? [] : [{ kind: 'log group', name, action: 'update', lines }];
    }),
    ...blueprint.roles.flatMap((role) => roleChange(role, observed.roles[role.name])),
    ...(live?.model.key === blueprint.model.key
      ? []
      : blueprint.model.buckets.map((bucket): Change => {
          return {
            kind: 'model',
            name: `s3://${bucket}/${blueprint.model.key}`,
            action: 'create',
            lines: [],
          };
        })),
    ...functions,
    ...machine,
    ...alarmsToPut(blueprint, observed).map((alarm): Change => {
      const found = observed.alarms[alarm.name];
      return {
        kind: 'alarm',
        name: alarm.name,
        action: found ? 'update' : 'create',
        lines: differences(found?.settings ?? {}, plannedAlarmSettings(alarm)),
      };
    }),
    ...(released && observed.alias !== null
      ? []
      : [
          {
            kind: 'alias' as const,
            name: `${stateMachine.name}:${stateMachine.alias}`,
            action: observed.alias === null ? ('create' as const) : ('update' as const),
            lines: [`traffic: ${trafficOf(observed.alias)} -> 100 % to the version of ${blueprint.release}`],
          },
        ]),
  ];
}

/** Alarms that do not stand as they are to be. */
export function alarmsToPut({ alarms }: Blueprint, observed: Observed): AlarmBlueprint[] {
  return alarms.filter((alarm) => {
    const found = observed.alarms[alarm.name];
    return !found || differences(found.settings, plannedAlarmSettings(alarm)).length > 0;
  });
}

function trafficOf(alias: Observed['alias']): string {
  const routes = Object.entries(alias ?? {}).map(
    ([arn, weight]) => `${weight} % to version ${arn.split(':').at(-1)}`,
  );
  return routes.length === 0 ? 'none' : routes.join(', ');
}

function roleChange(
  role: Blueprint['roles'][number],
  found: Observed['roles'][string] | undefined,
): Change[] {
  const wanted = { trust: role.trust, policy: role.policy };
  if (!found) return [{ kind: 'role', name: role.name, action: 'create', lines: differences({}, wanted) }];
  const own = found.policies[policyName(role)];
  const others = Object.entries(found.policies).filter(([name]) => name !== policyName(role));
  // What is superseded is shown as what it is replaced by.
  const before = own ?? others[0]?.[1] ?? {};
  const lines = [
    ...differences({ trust: found.trust, policy: before }, wanted),
    ...others.slice(own ? 0 : 1).map(([name]) => `- inline policy ${name}`),
  ];
  const renamed =
    lines.length === 0 && !own ? [`inline policy: ${others[0]?.[0]} -> ${policyName(role)}`] : [];
  const all = [...lines, ...renamed];
  return all.length === 0 ? [] : [{ kind: 'role', name: role.name, action: 'update', lines: all }];
}

function functionChange(planned: FunctionBlueprint, found: Observed['functions'][LambdaName]): Change[] {
  const wanted = { codeSha256: planned.codeSha256, ...settingsIn(planned) };
  if (!found) {
    return [{ kind: 'function', name: planned.name, action: 'create', lines: differences({}, wanted) }];
  }
  const lines = differences({ codeSha256: found.codeSha256, ...found.settings }, wanted);
  return lines.length === 0 ? [] : [{ kind: 'function', name: planned.name, action: 'update', lines }];
}

/** Settings of a function in the form in which they are observed. */
export function settingsIn(planned: FunctionBlueprint): JsonObject {
  const {
    roleArn,
    handler,
    runtime,
    architecture,
    memoryMB,
    timeoutSeconds,
    ephemeralStorageMB,
    environment,
  } = planned;
  return {
    role: roleArn,
    handler,
    runtime,
    architecture,
    memoryMB,
    timeoutSeconds,
    ephemeralStorageMB,
    environment,
  };
}

function machineChange(
  { stateMachine }: Blueprint,
  { stateMachine: found }: Observed,
  changedFunctions: readonly string[],
): Change[] {
  const { name, roleArn, definition, sha256, values } = stateMachine;
  if (!found) {
    return [
      {
        kind: 'state machine',
        name,
        action: 'create',
        lines: differences({}, { definition: sha256, role: roleArn }),
      },
    ];
  }
  const restored = restorePlaceholders(definition, found.definition);
  const lines = [
    ...restored.differences.map((at) => `definition${at}`),
    ...Object.entries(values)
      .filter(([key, value]) => restored.values[key] !== undefined && restored.values[key] !== value)
      .map(([key, value]) => `${key}: ${restored.values[key]} -> ${value}`),
    ...differences({ role: found.roleArn }, { role: roleArn }),
    ...changedFunctions.map((one) => `version of ${one} -> the one to be published`),
  ];
  return lines.length === 0 ? [] : [{ kind: 'state machine', name, action: 'update', lines }];
}
