/** Registry of template languages: a release for teams that deploy with tools of their own. */
import { cloudformation } from './cloudformation.ts';
import { sam } from './sam.ts';
import { terraform } from './terraform.ts';

export const EXPORTERS = { sam, cloudformation, terraform };
