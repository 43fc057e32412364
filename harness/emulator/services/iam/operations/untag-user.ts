import { untagEntity } from '../entity-tags.ts';

export const untagUser = untagEntity('User');
