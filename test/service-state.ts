import { ServiceState, type ServiceStateOptions } from '../harness/emulator/state/service-state.ts';

/** The state of a service in a folder, for tests of one service or store alone. */
export function serviceStateIn(folder: string, options: Partial<ServiceStateOptions> = {}): ServiceState {
  return new ServiceState({
    service: 'test',
    folder,
    durability: 'kernel',
    isKept: true,
    warn: (line) => console.error(line),
    ...options,
  });
}
