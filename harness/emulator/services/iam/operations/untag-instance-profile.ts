import { untagEntity } from '../entity-tags.ts';

export const untagInstanceProfile = untagEntity('InstanceProfile');
