import { Presets, SingleBar } from 'cli-progress';

export interface ProgressLine {
  /** `share` is from 0 to 1. */
  update(share: number, detail: string): void;
  stop(): void;
}

/** A progress bar on a terminal; silent where nobody watches. */
export function startProgressLine(title: string, total: number): ProgressLine {
  if (!process.stderr.isTTY || total === 0) return { update() {}, stop() {} };
  const bar = new SingleBar(
    { format: `${title} [{bar}] {percentage}% {detail}`, hideCursor: true, stream: process.stderr },
    Presets.shades_classic,
  );
  bar.start(1000, 0, { detail: '' });
  return {
    update: (share, detail) => bar.update(Math.round(1000 * share), { detail }),
    stop: () => bar.stop(),
  };
}
