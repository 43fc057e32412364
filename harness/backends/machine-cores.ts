import { availableParallelism } from 'node:os';
import { CoreSlots } from '../emulator/services/lambda/invoke/core-slots.ts';

/**
 * The cores of this machine, one line for all emulators of this process: the functions of runs that go side by side
 * wait for each other instead of stretching each other's durations.
 */
export const machineCores = new CoreSlots(availableParallelism());
