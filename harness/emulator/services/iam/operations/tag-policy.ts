import { tagEntity } from '../entity-tags.ts';

export const tagPolicy = tagEntity('Policy');
