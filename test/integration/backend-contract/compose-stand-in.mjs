// Answers as `docker compose` does, with `cosmicai up` in the place of the container. Its calls are noted in CALLS.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.STAND_IN_FOLDER;
const state = join(folder, 'running.json');
const [, , , ...args] = process.argv.slice(1);
appendFileSync(join(folder, 'calls'), `${args.join(' ')}\n`);
const running = existsSync(state) ? JSON.parse(readFileSync(state, 'utf8')) : undefined;

if (args[0] === 'ps') {
  if (running) console.log(args.includes('running') ? running.service : '');
} else if (args[0] === 'up') {
  const out = join(folder, 'up.log');
  const child = spawn(
    process.execPath,
    [process.env.COSMICAI_BIN, 'up', '--port', '0', '--state', join(folder, 'state')],
    { detached: true, stdio: ['ignore', openSync(out, 'w'), 'ignore'] },
  );
  for (;;) {
    const url = /ready http:\/\/(\S+)/.exec(readFileSync(out, 'utf8'))?.[1];
    if (url) {
      writeFileSync(state, JSON.stringify({ service: args.at(-1), pid: child.pid, address: url }));
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.unref();
} else if (args[0] === 'port') {
  console.log(running.address);
} else if (args[0] === 'down') {
  if (running) process.kill(running.pid, 'SIGTERM');
  rmSync(state, { force: true });
}
process.exit(0);
