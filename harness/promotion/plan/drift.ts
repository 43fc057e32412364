/**
 * Manual changes: the account is neither as the live release left it, nor as a later one that was begun. Pure.
 */
import { canonicalJson } from '../../artifacts/digest.ts';
import type { Json } from '../../core/json.ts';
import { restorePlaceholders } from '../../project/placeholders.ts';
import { type ObservedObjects, objectUri } from '../account/objects.ts';
import type { Observed } from '../account/observe.ts';
import { type Blueprint, fixedValuesOf } from '../release/blueprint.ts';
import { liveEntry, pendingEntry } from '../release/journal.ts';
import { policyName } from '../release/policy-name.ts';
import { settingsIn } from './changes.ts';
import { differences } from './differences.ts';

export interface Drift {
  what: string;
  lines: string[];
}

/** What releases have left in the account. */
export interface KnownReleases {
  /** Of the release that serves. */
  live: Blueprint | undefined;
  /** Of releases begun after it, unfinished or rolled back. */
  later: readonly Blueprint[];
}

export function driftOf(
  observed: Observed & { objects: ObservedObjects },
  { live, later }: KnownReleases,
  planned: Blueprint,
): Drift[] {
  const known = live ? [live, ...later] : later;
  return [
    ...functionDrift(observed, live, known, planned),
    ...roleDrift(observed, known),
    ...objectDrift(observed, live, known),
    ...Object.keys(planned.stateMachines).flatMap((name) =>
      machineDrift(name, observed, live, known, planned),
    ),
    ...Object.keys(planned.stateMachines).flatMap((name) => aliasDrift(observed, name)),
  ];
}

/** A release names functions and state machines by version, never by `$LATEST`. */
const PUBLISHED_VERSION = /:(?:function|stateMachine):[^:]+:\w+$|^[\w-]+:\d+$/;

const same = (a: Json, b: Json) => canonicalJson(a) === canonicalJson(b);

function functionDrift(
  { functions }: Observed,
  live: Blueprint | undefined,
  known: readonly Blueprint[],
  planned: Blueprint,
): Drift[] {
  return Object.entries(planned.functions).flatMap(([name, { name: deployed }]): Drift[] => {
    const found = functions[name];
    const what = `function ${deployed}`;
    if (!found) return live?.functions[name] ? [{ what, lines: ['is gone'] }] : [];
    const wanted = known.flatMap(({ functions: all }) => all[name] ?? []);
    if (wanted.length === 0) return [{ what, lines: ['exists, and no release has made it'] }];
    const lines = [
      // Code and settings are written one after the other: an interrupted release may have done one.
      ...(wanted.some(({ codeSha256 }) => codeSha256 === found.codeSha256)
        ? []
        : differences({ codeSha256: wanted[0]!.codeSha256 }, { codeSha256: found.codeSha256 })),
      ...(wanted.some((one) => same(settingsIn(one), found.settings))
        ? []
        : differences(settingsIn(wanted[0]!), found.settings)),
    ];
    return lines.length === 0 ? [] : [{ what, lines }];
  });
}

function roleDrift({ roles }: Observed, known: readonly Blueprint[]): Drift[] {
  return Object.entries(roles).flatMap(([name, found]): Drift[] => {
    const wanted = known.flatMap((blueprint) => blueprint.roles.filter((role) => role.name === name));
    if (!found) return [];
    if (wanted.length === 0) return [{ what: `role ${name}`, lines: ['exists, and no release has made it'] }];
    const expected = new Map(wanted.map((role) => [policyName(role), role.policy]));
    const lines = [
      ...(wanted.some(({ trust }) => same(trust, found.trust))
        ? []
        : differences({ trust: wanted[0]!.trust }, { trust: found.trust })),
      ...Object.entries(found.policies).flatMap(([policy, document]) => {
        const own = expected.get(policy);
        if (!own) return [`+ inline policy ${policy}`];
        return same(own, document) ? [] : differences({ [policy]: own }, { [policy]: document });
      }),
    ];
    return lines.length === 0 ? [] : [{ what: `role ${name}`, lines }];
  });
}

/** Models and other data of the live release must be those that were attested. */
function objectDrift(
  { objects }: { objects: ObservedObjects },
  live: Blueprint | undefined,
  known: readonly Blueprint[],
): Drift[] {
  return (live?.objects ?? []).flatMap((one): Drift[] => {
    const uri = objectUri(one);
    const found = objects[uri] ?? null;
    if (found === null) return [{ what: `object ${uri}`, lines: ['is gone'] }];
    // A later release that was begun may have written the same key.
    const wanted = known.flatMap((release) => release.objects.filter((other) => objectUri(other) === uri));
    return wanted.some(({ sha256 }) => sha256 === found)
      ? []
      : [{ what: `object ${uri}`, lines: differences({ sha256: one.sha256 }, { sha256: found }) }];
  });
}

function machineDrift(
  name: string,
  { stateMachines }: Observed,
  live: Blueprint | undefined,
  known: readonly Blueprint[],
  planned: Blueprint,
): Drift[] {
  const found = stateMachines[name];
  const what = `state machine ${planned.stateMachines[name]!.name}`;
  if (!found) return live?.stateMachines[name] ? [{ what, lines: ['is gone'] }] : [];
  const wanted = known.flatMap((blueprint) => blueprint.stateMachines[name] ?? []);
  if (wanted.length === 0) return [{ what, lines: ['exists, and no release has made it'] }];
  const views = wanted.map((machine) => {
    const { differences: places, values } = restorePlaceholders(machine.definition, found.definition);
    const fixed = fixedValuesOf(machine);
    const strange = Object.entries(values).filter(([key, value]) =>
      fixed[key] === undefined ? !PUBLISHED_VERSION.test(value) : fixed[key] !== value,
    );
    return [
      ...places.map((at) => `definition${at}`),
      ...strange.map(([key, value]) => `${key}: ${fixed[key] ?? 'a published version'} -> ${value}`),
      ...differences({ role: machine.roleArn }, { role: found.roleArn }),
    ];
  });
  return views.some((lines) => lines.length === 0) ? [] : [{ what, lines: views[0]! }];
}

/** Traffic goes to the live release, or to it and the pending one. */
function aliasDrift({ aliases, journal: { journal } }: Observed, name: string): Drift[] {
  const live = liveEntry(journal)?.stateMachineVersionArns?.[name];
  const pending = pendingEntry(journal)?.stateMachineVersionArns?.[name];
  const alias = aliases[name] ?? null;
  if (alias === null) return live === undefined ? [] : [{ what: 'alias', lines: ['is gone'] }];
  const strange = Object.keys(alias).filter((arn) => arn !== live && arn !== pending);
  return strange.length === 0
    ? []
    : [
        {
          what: 'alias',
          lines: strange.map((arn) => `sends ${alias[arn]} % to ${arn}, which is not the live release`),
        },
      ];
}
