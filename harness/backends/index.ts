/** Registry of the places where the pipeline can run. */
import type { Backend } from './backend.ts';
import { embedded } from './embedded.ts';
import { endpoint } from './endpoint.ts';

export const BACKENDS: Readonly<Record<string, Backend>> = { embedded, endpoint };
