import { z } from 'zod';

/** Any JSON; one schema for all fields that take it, so that the format's JSON Schema names it once. */
export const jsonValue = z.json().meta({ id: 'json', description: 'any value' });
