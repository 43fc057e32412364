/** The shell commands of README and docs/, as readers would type them. */
import { readFileSync } from 'node:fs';

export interface DocumentedCommands {
  /** Template of the project that the commands run in; `empty` for an empty folder, `checkout` for this repository. */
  runIn: string;
  /** Scripts in the order of the page. */
  scripts: string[];
}

const RUN_IN = /^<!-- run in: (\S+) -->$/m;
/** A block of commands, and the comment before it that says why it does not run. */
const BLOCK = /(<!-- not run: .+ -->\n)?```sh\n([\s\S]*?)```/g;

export function documentedCommands(page: string): DocumentedCommands | undefined {
  const text = readFileSync(page, 'utf8');
  const runIn = RUN_IN.exec(text)?.[1];
  if (runIn === undefined) return undefined;
  const scripts = [...text.matchAll(BLOCK)].flatMap(([, notRun, script]) => (notRun ? [] : [script!]));
  return { runIn, scripts };
}
