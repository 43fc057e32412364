import { untagEntity } from '../entity-tags.ts';

export const untagPolicy = untagEntity('Policy');
