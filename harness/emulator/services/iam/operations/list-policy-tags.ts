import { listEntityTags } from '../entity-tags.ts';

export const listPolicyTags = listEntityTags('Policy');
