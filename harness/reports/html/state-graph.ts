/** The state machine as a graph: states coloured by outcome with counts, transitions as arrows; laid out by dagre. */
import { Graph, layout } from '@dagrejs/dagre';
import type { ExecutionRecord } from '../../record/run-record.ts';
import { type DefinitionGraph, definitionGraph, START, type StateNode } from './definition-graph.ts';
import { html, type Markup, table } from './markup.ts';
import { countStates, type StateCount } from './state-counts.ts';

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const STRIP = 22;

type Outcome = 'passed' | 'failed' | 'mixed' | 'unseen';

/** `id` is unique in the page: a marker within a run that is folded would draw no arrow elsewhere. */
export function stateGraph(execution: ExecutionRecord, id: string): Markup {
  if (!execution.definition)
    return html`<p class="note">The record holds no definition of the state machine.</p>`;
  const parts = definitionGraph(execution.definition);
  const { byState, childrenWithoutHistory } = countStates(execution);
  const states = parts.nodes.filter((node) => node.kind !== 'mark');
  return html`<div class="graph">${draw(parts, byState, id)}</div>
${
  childrenWithoutHistory > 0 &&
  html`<p class="note">${childrenWithoutHistory} children of the Map are recorded without their histories: a state that is the only one of a child is counted by the child's status, retries are not.</p>`
}
${table(
  'Visits of each state',
  ['state', 'type', 'entered', 'left', 'failed', 'retries'],
  states.map(({ name, kind }) => {
    const count = byState.get(name);
    return [name, kind, count?.entered ?? 0, count?.exited ?? 0, count?.failed ?? 0, count?.retries ?? 0];
  }),
)}`;
}

function draw({ nodes, edges }: DefinitionGraph, counts: Map<string, StateCount>, id: string): Markup {
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 36, ranksep: 56, marginx: 10, marginy: 10 });
  for (const node of nodes) graph.setNode(node.name, sizeOf(node));
  for (const node of nodes) if (node.parent !== undefined) graph.setParent(node.name, node.parent);
  for (const [index, { from, to, label }] of edges.entries()) {
    const room = label === '' ? {} : { width: label.length * 8, height: 16, labelpos: 'r' as const };
    graph.setEdge(from, to, room, String(index));
  }
  layout(graph);
  const { width: drawn = 100, height = 100 } = graph.graph() as { width?: number; height?: number };
  // The strip of a name may be wider than what lies below it.
  const width = drawn + 160;
  const boxes = nodes
    .toSorted((a, b) => depthOf(a, nodes) - depthOf(b, nodes))
    .map((node) => drawNode(node, graph.node(node.name) as Box, counts.get(node.name)));
  const names = nodes
    .filter(({ holds }) => holds)
    .map((node) => drawStrip(node, graph.node(node.name) as Box, counts.get(node.name)));
  const arrows = edges.map(({ from, to, label }, index) => {
    const { points } = graph.edge(from, to, String(index)) as { points: { x: number; y: number }[] };
    const middle = points[Math.floor(points.length / 2)]!;
    const path = points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`);
    return html`<path class="edge" d="${path.join('')}" marker-end="url(#${id}-arrow)"/>${
      label !== '' && html`<text class="edge-label" x="${middle.x + 6}" y="${middle.y}">${label}</text>`
    }`;
  });
  return html`<svg role="img" aria-label="State machine; the table below says the same in words" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><defs><marker id="${id}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="arrow" d="M0,0L8,4L0,8z"/></marker></defs>${boxes}${arrows}${names}</svg>`;
}

function drawNode(node: StateNode, { x, y, width, height }: Box, count: StateCount | undefined): Markup {
  if (node.kind === 'mark')
    return html`<circle class="mark" cx="${x}" cy="${y}" r="7"><title>${node.name === START ? 'Start' : 'End'}</title></circle>`;
  const outcome = outcomeOf(count);
  const title = html`<title>${node.name}: ${describe(count)}</title>`;
  const left = x - width / 2;
  const top = y - height / 2;
  if (!node.holds)
    return html`<g class="state ${outcome}">${title}<rect x="${left}" y="${top}" width="${width}" height="${height}" rx="8"/><text x="${x}" y="${y - 7}">${node.name}</text><text class="count" x="${x}" y="${y + 10}">${describe(count)}</text></g>`;
  // What holds others carries its name in a strip of its own above them, at the left, where no arrow runs.
  const room = Math.max(width, stripOf(node, count).length * 7.4 + 24);
  return html`<g class="state holds ${outcome}">${title}<rect x="${left}" y="${top - STRIP}" width="${room}" height="${height + STRIP}" rx="8"/></g>`;
}

const stripOf = (node: StateNode, count: StateCount | undefined) => `${node.name}: ${describe(count)}`;

/** Drawn last, over the arrows that pass. */
function drawStrip(node: StateNode, { x, y, width, height }: Box, count: StateCount | undefined): Markup {
  return html`<text class="state-name" x="${x - width / 2 + 10}" y="${y - height / 2 - STRIP / 2 + 4}">${stripOf(node, count)}</text>`;
}

function sizeOf(node: StateNode): { width: number; height: number; minrank?: number } {
  if (node.kind === 'mark') return { width: 14, height: 14 };
  return { width: Math.max(150, Math.max(node.name.length, 16) * 8 + 24), height: 48 };
}

function outcomeOf(count: StateCount | undefined): Outcome {
  if (!count || count.entered === 0) return 'unseen';
  if (count.failed === 0) return 'passed';
  return count.failed === count.entered ? 'failed' : 'mixed';
}

function describe(count: StateCount | undefined): string {
  if (!count || count.entered === 0) return 'not visited';
  const parts = [`${count.exited} ok`];
  if (count.failed > 0) parts.push(`${count.failed} failed`);
  if (count.retries > 0) parts.push(`${count.retries} retries`);
  return parts.join(', ');
}

function depthOf(node: StateNode, nodes: readonly StateNode[]): number {
  const parent = nodes.find((one) => one.name === node.parent);
  return parent ? 1 + depthOf(parent, nodes) : 0;
}
