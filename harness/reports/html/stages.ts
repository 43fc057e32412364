/** What part of each run's wall time went where: the Lambdas on its critical path, and what the harness added. */
import * as Plot from '@observablehq/plot';
import type { RunOutcome } from '../../scenario/outcome.ts';
import type { Stage } from '../../scenario/stages.ts';
import { figuresOf } from '../figures.ts';
import { labelOf } from '../run-table.ts';
import { html, type Markup, table } from './markup.ts';
import { figure } from './plot.ts';

/** Parts of the wall time, and the stages they are made of; the execution's own is told apart from the Lambdas. */
const PARTS: readonly { name: string; colour: string; stages: readonly Stage[] }[] = [
  { name: 'Lambdas', colour: 'var(--s4)', stages: [] },
  { name: 'rest of the execution', colour: 'var(--s1)', stages: ['execute'] },
  { name: 'data', colour: 'var(--s3)', stages: ['dataset', 'upload'] },
  { name: 'deployment', colour: 'var(--s2)', stages: ['start', 'deploy'] },
  { name: 'evidence', colour: 'var(--c4)', stages: ['reference', 'collect', 'judge'] },
  { name: 'cleaning', colour: 'var(--s5)', stages: ['clean'] },
];

const ORDER: readonly Stage[] = [
  'dataset',
  'start',
  'deploy',
  'upload',
  'reference',
  'execute',
  'collect',
  'judge',
  'clean',
];

interface Spent {
  label: string;
  stagesMs: Partial<Record<Stage, number>>;
  /** Seconds on the critical path; absent where the backend tells no durations. */
  lambdaS: number | undefined;
  overheadPercent: number | undefined;
}

/** A bar and a row per run; nothing where no run kept its stages. */
export function wallTimeParts(outcomes: readonly RunOutcome[]): Markup | undefined {
  const spent = outcomes.flatMap((outcome) => {
    if (Object.keys(outcome.stagesMs).length === 0) return [];
    return [spentOf(outcome, labelOf(outcome, outcomes))];
  });
  if (spent.length === 0) return undefined;
  const stages = ORDER.filter((stage) => spent.some(({ stagesMs }) => stagesMs[stage] !== undefined));
  return html`${spent.length <= MOST_BARS && bars(spent)}
${table(
  'Wall time of each run by stage',
  ['run', ...stages, 'total', 'Lambdas', 'overhead'],
  spent.map(({ label, stagesMs, lambdaS, overheadPercent }) => [
    label,
    ...stages.map((stage) => seconds(stagesMs[stage])),
    seconds(totalMs(stagesMs)),
    lambdaS === undefined ? '-' : seconds(1000 * lambdaS),
    overheadPercent === undefined ? '-' : `${overheadPercent.toFixed(1)} %`,
  ]),
)}
<p class="note">Lambdas: their time on the critical path, cold starts included. Overhead: the share of the wall time, until the evidence was there, in which none of them ran.</p>`;
}

const MOST_BARS = 30;

const totalMs = (stagesMs: Spent['stagesMs']): number =>
  Object.values(stagesMs).reduce((total, ms) => total + ms, 0);

const seconds = (ms: number | undefined): string => (ms === undefined ? '-' : `${(ms / 1000).toFixed(2)} s`);

function spentOf(outcome: RunOutcome, label: string): Spent {
  const { harnessOverheadPercent, harnessOverheadS } = figuresOf(outcome.record);
  // Both are told of the stages until the evidence was there, which the record keeps.
  const lambdaS =
    harnessOverheadS === undefined
      ? undefined
      : totalMs(outcome.record.stagesMs ?? {}) / 1000 - harnessOverheadS;
  return { label, stagesMs: outcome.stagesMs, lambdaS, overheadPercent: harnessOverheadPercent };
}

function bars(spent: readonly Spent[]): Markup {
  const parts = spent.flatMap(({ label, stagesMs, lambdaS = 0 }) =>
    PARTS.map(({ name, stages }) => {
      const ownS = stages.reduce((total, stage) => total + (stagesMs[stage] ?? 0), 0) / 1000;
      if (name === 'Lambdas') return { label, name, second: lambdaS };
      const lessS = stages.includes('execute') ? lambdaS : 0;
      return { label, name, second: Math.max(0, ownS - lessS) };
    }),
  );
  const longest = Math.max(...spent.map(({ label }) => label.length));
  const legend = PARTS.map(
    ({ name, colour }) => html`<li><span class="swatch" style="background:${colour}"></span>${name}</li>`,
  );
  return html`<ul class="legend">${legend}</ul>${figure({
    title: 'Wall time of the runs',
    description: spent
      .map(({ label, stagesMs, lambdaS }) => {
        const lambdas = lambdaS === undefined ? '' : `, ${lambdaS.toFixed(1)} s of it Lambdas`;
        return `${label}: ${seconds(totalMs(stagesMs))}${lambdas}`;
      })
      .join('; '),
    wide: true,
    options: {
      height: 60 + 34 * spent.length,
      marginLeft: Math.min(300, 24 + longest * 7),
      x: { label: 'seconds', grid: true },
      y: { label: null, domain: spent.map(({ label }) => label), padding: 0.25 },
      color: { domain: PARTS.map(({ name }) => name), range: PARTS.map(({ colour }) => colour) },
      marks: [
        Plot.barX(parts, {
          x: 'second',
          y: 'label',
          fill: 'name',
          order: PARTS.map(({ name }) => name),
        } as Plot.BarXOptions),
        Plot.ruleX([0]),
      ],
    },
  })}`;
}
