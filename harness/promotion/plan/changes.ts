/** What applying a blueprint would change, resource by resource. Pure. */
import type { JsonObject } from '../../core/json.ts';
import { restorePlaceholders } from '../../project/placeholders.ts';
import { plannedAlarmSettings } from '../account/alarms.ts';
import { type ObservedObjects, objectUri } from '../account/objects.ts';
import type { Observed } from '../account/observe.ts';
import type { AlarmBlueprint } from '../release/alarms.ts';
import {
  type Blueprint,
  type FunctionBlueprint,
  fixedValuesOf,
  type StateMachineBlueprint,
} from '../release/blueprint.ts';
import { policyName } from '../release/policy-name.ts';
import { differences } from './differences.ts';

export interface Change {
  kind:
    | 'bucket'
    | 'log group'
    | 'role'
    | 'layer'
    | 'function'
    | 'object'
    | 'activity'
    | 'state machine'
    | 'notification'
    | 'alarm'
    | 'alias';
  name: string;
  action: 'create' | 'update';
  /** `memoryMB: 1769 -> 3008`, one difference each. */
  lines: string[];
}

/** Empty when the account already is as planned. */
export function changesOf(
  blueprint: Blueprint,
  observed: Observed & { objects: ObservedObjects },
  live: Blueprint | undefined,
): Change[] {
  const functions = Object.entries(blueprint.functions).flatMap(([name, planned]) =>
    functionChange(planned, observed.functions[name] ?? null),
  );
  const changed = new Set(functions.map(({ name }) => name));
  const machines = Object.entries(blueprint.stateMachines).flatMap(([name, machine]) =>
    machineChange(blueprint, machine, observed.stateMachines[name] ?? null, changed),
  );
  const isLive = live?.release === blueprint.release && functions.length + machines.length === 0;
  const liveLayers = new Set(
    Object.values(live?.layers ?? {}).map(({ name, codeSha256 }) => `${name} ${codeSha256}`),
  );
  return [
    ...[...blueprint.buckets.map(({ name }) => name), blueprint.releasesBucket]
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
    ...blueprint.objects
      .filter((one) => observed.objects[objectUri(one)] !== one.sha256)
      .map((one): Change => {
        const found = observed.objects[objectUri(one)] ?? null;
        return {
          kind: 'object',
          name: objectUri(one),
          action: found === null ? 'create' : 'update',
          lines: found === null ? [] : differences({ sha256: found }, { sha256: one.sha256 }),
        };
      }),
    ...Object.values(blueprint.layers)
      .filter(({ name, codeSha256 }) => !liveLayers.has(`${name} ${codeSha256}`))
      .map(
        ({ name, codeSha256 }): Change => ({
          kind: 'layer',
          name,
          action: 'create',
          lines: differences({}, { codeSha256 }),
        }),
      ),
    ...blueprint.activities
      .filter(({ name }) => !live?.activities.some((one) => one.name === name))
      .map(({ name }): Change => ({ kind: 'activity', name, action: 'create', lines: [] })),
    ...functions,
    ...machines,
    ...alarmsToPut(blueprint, observed).map((alarm): Change => {
      const found = observed.alarms[alarm.name];
      return {
        kind: 'alarm',
        name: alarm.name,
        action: found ? 'update' : 'create',
        lines: differences(found?.settings ?? {}, plannedAlarmSettings(alarm)),
      };
    }),
    ...Object.entries(blueprint.stateMachines).flatMap(([name, { name: deployed, alias }]): Change[] => {
      const present = observed.aliases[name] ?? null;
      if (isLive && present !== null) return [];
      return [
        {
          kind: 'alias',
          name: `${deployed}:${alias}`,
          action: present === null ? 'create' : 'update',
          lines: [`traffic: ${trafficOf(present)} -> 100 % to the version of ${blueprint.release}`],
        },
      ];
    }),
    ...(isLive
      ? []
      : blueprint.notifications.map(
          ({ name, targets }): Change => ({
            kind: 'notification',
            name,
            action: live?.notifications.some((one) => one.name === name) ? 'update' : 'create',
            lines: targets.map(
              ({ functionName, events }) =>
                `${events.join(', ')} -> the version of ${functionName} to be published`,
            ),
          }),
        )),
  ];
}

/** Alarms that are missing or differ from the plan. */
export function alarmsToPut({ alarms }: Blueprint, observed: Observed): AlarmBlueprint[] {
  return alarms.filter((alarm) => {
    const found = observed.alarms[alarm.name];
    return !found || differences(found.settings, plannedAlarmSettings(alarm)).length > 0;
  });
}

function trafficOf(alias: Observed['aliases'][string]): string {
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

function functionChange(planned: FunctionBlueprint, found: Observed['functions'][string]): Change[] {
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
    layers,
    layerSha256,
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
    layers: layers.map((name, index) => `${name} ${layerSha256[index]}`),
  };
}

function machineChange(
  { functions }: Blueprint,
  machine: StateMachineBlueprint,
  found: Observed['stateMachines'][string],
  changedFunctions: ReadonlySet<string>,
): Change[] {
  const { name, roleArn, definition, sha256 } = machine;
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
  const named = Object.values(machine.substitutions).flatMap((one) =>
    one.kind === 'function-version' ? [functions[one.name]!.name] : [],
  );
  const lines = [
    ...restored.differences.map((at) => `definition${at}`),
    ...Object.entries(fixedValuesOf(machine))
      .filter(([key, value]) => restored.values[key] !== undefined && restored.values[key] !== value)
      .map(([key, value]) => `${key}: ${restored.values[key]} -> ${value}`),
    ...differences({ role: found.roleArn }, { role: roleArn }),
    ...[...new Set(named)]
      .filter((one) => changedFunctions.has(one))
      .map((one) => `version of ${one} -> the one to be published`),
  ];
  return lines.length === 0 ? [] : [{ kind: 'state machine', name, action: 'update', lines }];
}
