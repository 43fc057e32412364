/** Options of `up` that concern single functions: `--inspect`, `--inspect-wait`, `--hot-reload`. */
import { existsSync } from 'node:fs';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { InspectOptions } from '../emulator/services/lambda/runtime/inspect-targets.ts';
import { type LiveSources, liveSources } from './live-bundle.ts';

const EVERY = '*';

/** Nothing when neither option was given. @throws HarnessError `inspect-option` */
export function inspectOptions(options: {
  inspect?: string[];
  inspectWait?: string[];
}): InspectOptions | undefined {
  const wanted = [
    ...(options.inspect ?? []).map((text) => ({ text, waits: false })),
    ...(options.inspectWait ?? []).map((text) => ({ text, waits: true })),
  ];
  if (wanted.length === 0) return undefined;
  const every = wanted.find(({ text }) => text === EVERY);
  const named = wanted.filter(({ text }) => text !== EVERY);
  return {
    functions: Object.fromEntries(
      named.map(({ text, waits }) => {
        const { name, port } = parseTarget(text);
        return [name, { waits, ...(port === undefined ? {} : { port }) }];
      }),
    ),
    ...(every ? { all: { waits: every.waits } } : {}),
  };
}

function parseTarget(text: string): { name: string; port?: number } {
  const [name = '', port] = text.split('=', 2);
  const number = Number(port);
  if (name === '' || (port !== undefined && (!/^\d+$/.test(port) || number < 1 || number > 65_535))) {
    throw new HarnessError('inspect-option', `--inspect ${text} names no function and port.`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'It must read function or function=port, such as orders-enrich=9230.',
    });
  }
  return { name, ...(port === undefined ? {} : { port: number }) };
}

/** @throws HarnessError `hot-reload-option` */
export function hotReloadSources(options: readonly string[]): Map<string, LiveSources> {
  return new Map(
    options.map((text) => {
      const at = text.indexOf('=');
      const folder = text.slice(at + 1);
      if (at < 1 || !existsSync(folder)) {
        throw new HarnessError('hot-reload-option', `--hot-reload ${text} names no folder that exists.`, {
          exitCode: ExitCode.inputWrong,
          remedy: 'It must read function=folder, such as orders-enrich=functions/enrich.',
        });
      }
      return [text.slice(0, at), liveSources(folder)];
    }),
  );
}
