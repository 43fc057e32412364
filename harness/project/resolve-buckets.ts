import { statSync } from 'node:fs';
import type { Path } from '../document/source.ts';
import type { ProjectContext } from './context.ts';
import type { BucketObjects, ProjectBucket } from './project.ts';
import { pathsOf } from './resolve-functions.ts';
import { requireName } from './resolve-references.ts';
import type { BucketFields } from './schema.ts';

export function resolveBuckets(
  buckets: Readonly<Record<string, BucketFields | null>>,
  context: ProjectContext,
): Record<string, ProjectBucket> {
  return Object.fromEntries(
    Object.entries(buckets).map(([name, fields]) => [name, resolveBucket(name, fields, context)]),
  );
}

function resolveBucket(name: string, fields: BucketFields | null, context: ProjectContext): ProjectBucket {
  const at: Path = ['buckets', name];
  const { names, mistakes } = context;
  const { existing = false, versioning = false, notifications = [], objects = {} } = fields ?? {};
  notifications.forEach((one, index) => {
    requireName('function', one.function, names, [...at, 'notifications', index, 'function'], mistakes);
  });
  if (existing && (versioning || notifications.length > 0 || Object.keys(objects).length > 0))
    mistakes.at(
      [...at, 'existing'],
      `the existing bucket ${name} is only read, and the project would change it`,
      'leave out existing, or versioning, notifications and objects',
    );
  return {
    name,
    existing,
    versioning,
    notifications: notifications.map(({ function: target, events, prefix, suffix }) => ({
      function: target,
      events,
      ...(prefix === undefined ? {} : { prefix }),
      ...(suffix === undefined ? {} : { suffix }),
    })),
    objects: resolveObjects(objects, [...at, 'objects'], context),
  };
}

function resolveObjects(
  objects: BucketFields['objects'],
  at: Path,
  context: ProjectContext,
): Record<string, BucketObjects> {
  const paths = Object.entries(objects).map(([key, one]) => [key, typeof one === 'string' ? one : one.from]);
  const absolute = pathsOf(Object.fromEntries(paths), at, context);
  return Object.fromEntries(
    Object.entries(objects).map(([key, one]): [string, BucketObjects] => {
      const path = absolute[key]!;
      const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
      if (isFolder !== undefined && isFolder !== key.endsWith('/') && key !== '')
        context.mistakes.at(
          [...at, key],
          isFolder ? `${key} gets a folder, and does not end in /` : `${key} gets one file, and ends in /`,
          'a folder goes below a prefix ending in /, a file to a key',
        );
      const { versionVariable, digestVariables } = typeof one === 'string' ? {} : one;
      return [
        key,
        {
          path,
          ...(versionVariable === undefined ? {} : { versionVariable }),
          ...(digestVariables === undefined ? {} : { digestVariables }),
        },
      ];
    }),
  );
}
