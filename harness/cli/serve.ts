import { startEmulator } from '../emulator/emulator.ts';
import { untilInterrupted } from './interruption.ts';

/** Serves the local AWS until SIGINT or SIGTERM; prints `ready http://127.0.0.1:PORT` once it answers. */
export async function serve(options: { port: number; state: string; verbose: boolean }): Promise<void> {
  const interruption = untilInterrupted();
  const emulator = await startEmulator({
    port: options.port,
    stateDir: options.state,
    ...(options.verbose ? { log: (line: string) => process.stderr.write(`${line}\n`) } : {}),
  });
  process.stdout.write(`ready ${emulator.endpoint}\n`);
  await interruption.signal;
  await emulator.stop();
}
