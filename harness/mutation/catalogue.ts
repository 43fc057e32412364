/** The catalogue of defects: what each does at which boundary, which expectation notices it, and where it does not apply. */
import { type ContentChange, contentChanges } from './change-content.ts';

export const DEFECTS = [
  'drop',
  'duplicate',
  'swap',
  'truncate',
  'stale',
  'reorder',
  'rescale',
  'nan',
  'constant',
  'offByOne',
  'wrongCount',
  'swallowedError',
  'printedFigures',
  'slow',
  'leak',
  'contentType',
] as const;
export type Defect = (typeof DEFECTS)[number];

/** `event`: what a function is given; `result`: what it answers; `object`: what it writes; `platform`: what is recorded. */
export type BoundaryName = 'event' | 'result' | 'object' | 'platform';

export type MutantChange =
  | ContentChange
  | 'drop'
  | 'duplicate'
  | 'previous'
  | 'contentType'
  | 'swallowedError'
  | 'printedFigures'
  | 'slow'
  | 'leak';

/** One way in which a defect shows at one boundary. `SITE` stands for the function, or the kind of key. */
export interface DefectForm {
  defect: Defect;
  boundary: BoundaryName;
  change: MutantChange;
  description: string;
  /** Every time, not only once. */
  always?: true;
  /** Why it does not apply to a place that it would not change. */
  unless: string;
}

const NO_ROWS = 'it is no list of rows';
const NO_COLUMN = 'no field differs between two rows';
const ONE_ITEM = 'there is one of it, or all are the same';
const NO_NUMBER = 'it holds no number that is the same in every run';

type Form = [defect: Defect, change: MutantChange, description: string, unless: string, always?: 'always'];

/** Changes of content, of what functions answer and write alike. */
const OF_CONTENT: readonly Form[] = [
  ['swap', 'swap', "puts another item's content in its place", ONE_ITEM],
  ['swap', 'swapRows', 'exchanges the data of two rows', NO_COLUMN],
  ['drop', 'dropRow', 'loses the last row', NO_ROWS],
  ['duplicate', 'duplicateRow', 'repeats the last row', NO_ROWS],
  ['stale', 'stale', 'leaves what an earlier run left', 'it is the same in every run'],
  ['reorder', 'reorder', 'reverses the order of the rows', NO_ROWS],
  ['rescale', 'rescale', 'makes a number 1.5 times as high', NO_NUMBER],
  ['nan', 'nan', 'puts a value that is no number', NO_NUMBER],
  [
    'constant',
    'constant',
    'gives every item the number of the first',
    'no number differs between two items',
    'always',
  ],
  [
    'offByOne',
    'offByOne',
    'gives every row a field of the next row',
    'there are no three rows with a field that differs',
  ],
  [
    'wrongCount',
    'wrongCount',
    'makes a whole number one too high',
    'it holds no whole number that is the same in every run',
  ],
];

const OF_RESULTS: readonly Form[] = [
  ['drop', 'drop', 'answers nothing', 'it answers nothing anyway'],
  ...OF_CONTENT,
];

const OF_OBJECTS: readonly Form[] = [
  ['drop', 'drop', 'is not written', ''],
  ['duplicate', 'duplicate', 'is written a second time under another key', ''],
  ['truncate', 'truncate', 'ends after half of its bytes', 'it is empty'],
  ['offByOne', 'previous', 'has the content of the item before, from the second on', ONE_ITEM, 'always'],
  ['contentType', 'contentType', 'has the content type of a web page', ''],
  ...OF_CONTENT,
];

const OF_EVENTS: readonly Form[] = [
  ['swap', 'swap', 'works on the item of another invocation, once', ONE_ITEM],
  [
    'offByOne',
    'previous',
    'works on the item of the invocation before, from the second on',
    ONE_ITEM,
    'always',
  ],
  ['duplicate', 'duplicate', 'gets an event twice', ''],
];

const OF_PLATFORM: readonly Form[] = [
  ['slow', 'slow', 'takes 20 times as long and a minute', '', 'always'],
  ['printedFigures', 'printedFigures', 'is as slow, and prints REPORT lines of 1 ms', '', 'always'],
  ['leak', 'leak', 'uses all of its memory', '', 'always'],
  ['swallowedError', 'swallowedError', 'fails once, and a retry or a Catch hides it', ''],
];

const formsOf = (boundary: BoundaryName, forms: readonly Form[]): DefectForm[] =>
  forms.map(([defect, change, description, unless, always]) => ({
    defect,
    boundary,
    change,
    description,
    unless,
    ...(always ? { always: true as const } : {}),
  }));

export const CATALOGUE: readonly DefectForm[] = [
  ...formsOf('event', OF_EVENTS),
  ...formsOf('result', OF_RESULTS),
  ...formsOf('object', OF_OBJECTS),
  ...formsOf('platform', OF_PLATFORM),
];

export const isContentChange = (change: MutantChange): change is ContentChange => change in contentChanges;

/** The expectation that would notice a defect at a place. @param site by its name in the project */
export function suggestionFor({ boundary, change }: DefectForm, site: string): string {
  const key = site.replace(/^s3:\/\/[^/]+\//, '');
  if (change === 'slow' || change === 'printedFigures')
    return `thresholds: { max(function.${site}.duration): { lt: 60 s } }`;
  if (change === 'leak')
    return `thresholds: { max(function.${site}.memory): { lt: 90 % of its memory in MB } }`;
  if (change === 'swallowedError') return 'thresholds: { errorRate: { eq: 0 % } }';
  if (boundary === 'event')
    return 'expect: { complete: { ..., fields: ... } }, with fields that each result takes from its item';
  if (boundary === 'result')
    return `expect: { output: ... } or { jsonata: [...] } about what becomes of the answer of ${site}`;
  if (change === 'contentType') return `expect: { objects: [{ key: "${key}", contentType: ... }] }`;
  return `expect: { objects: [{ key: "${key}", count: ..., that: ..., schema: ... }] } or { complete: { ..., fields: ... } }`;
}
