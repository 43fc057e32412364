import { untagEntity } from '../entity-tags.ts';

export const untagRole = untagEntity('Role');
