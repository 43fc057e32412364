import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';

function fork({ count }) {
  const children = [];
  try {
    for (let i = 0; i < count; i++) {
      const child = spawn('sleep', ['60'], { stdio: 'ignore' });
      child.on('error', () => {});
      if (child.pid === undefined) throw new Error('no process');
      children.push(child);
    }
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

const runtimeApi = ({ address }) =>
  new Promise((resolve, reject) => {
    const url = `http://${address}/2018-06-01/runtime/invocation/next`;
    request(url, { timeout: 3000 }, (incoming) => resolve(incoming.resume().statusCode))
      .on('timeout', () => reject(new Error('timeout')))
      .on('error', reject)
      .end();
  });

const ATTACKS = {
  read: ({ path }) => readFileSync(path).toString('hex'),
  list: ({ path }) => readdirSync(path),
  write: ({ path }) => writeFileSync(path, '1'),
  rewrite: ({ path }) => writeFileSync(path, readFileSync(path)),
  signal: ({ pid }) => process.kill(pid, 'SIGTERM'),
  run: ({ argv: [command, ...args] }) => execFileSync(command, args, { stdio: 'pipe' }).toString(),
  fork,
  daemon: ({ seconds }) => {
    const child = spawn('sleep', [seconds], { detached: true, stdio: 'ignore' });
    child.unref();
    return child.pid;
  },
  runtimeApi,
  environment: () => process.env,
};

export const handler = async (event) => {
  try {
    return { done: (await ATTACKS[event.attack](event)) ?? null };
  } catch (error) {
    return { refused: error.code ?? error.message };
  }
};
