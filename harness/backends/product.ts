/** Who answers at a URL. What a place can be relied on for depends on it, and what it is called in reports. */
import { z } from 'zod';
import type { FunctionPlace, MachinePlace } from './capabilities.ts';

export interface Product {
  /** As people call it, with its version where it tells. */
  title: string;
  /** Whose capabilities it has; a name of both tables. */
  kind: MachinePlace & FunctionPlace;
}

const healthSchema = z.looseObject({ edition: z.string().optional(), version: z.string().optional() });
const TIMEOUT_MS = 5000;

/** Asks the pages by which emulators tell who they are; `unknown` when none of them does. */
export async function productAt(url: string): Promise<Product> {
  const ministack = await page(`${url}/_ministack/health`);
  if (ministack) return { title: titled('MiniStack', ministack.version), kind: 'ministack' };
  const localstack = await page(`${url}/_localstack/health`);
  if (localstack?.edition === 'cosmicai') return { title: 'cosmicai', kind: 'embedded' };
  if (localstack) return { title: titled('LocalStack', localstack.version), kind: 'localstack' };
  return { title: 'an emulator that does not say who it is', kind: 'unknown' };
}

async function page(url: string): Promise<z.output<typeof healthSchema> | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return answer.ok ? healthSchema.parse(await answer.json()) : undefined;
  } catch {
    return undefined;
  }
}

const titled = (name: string, version: string | undefined) => (version ? `${name} ${version}` : name);
