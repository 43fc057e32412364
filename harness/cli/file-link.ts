import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A file as terminals show it: its path from here, which a terminal that knows hyperlinks (OSC 8) opens by a click.
 * Source: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
 */
export function fileLink(file: string, out: { isTTY?: boolean }): string {
  const text = relative(process.cwd(), file);
  return out.isTTY ? `\u001b]8;;${pathToFileURL(file).href}\u001b\\${text}\u001b]8;;\u001b\\` : text;
}
