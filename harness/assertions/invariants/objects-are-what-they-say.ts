import { evidenceFiles, type Invariant } from '../assertion.ts';
import { showList } from '../show.ts';

/** JSON that ends in the middle, or a page that is none, is wrong in any project. */
export const objectsAreWhatTheySay: Invariant = {
  name: 'objects are what their names and content types say',
  evaluate({ record: { written } }) {
    if (!written || written.written === 0) return [];
    const { problems, checked } = written;
    const of =
      checked === written.written ? `${checked} objects` : `${checked} of ${written.written} objects`;
    return [
      {
        name: objectsAreWhatTheySay.name,
        outcome: problems.length === 0 ? 'passed' : 'failed',
        expected: '.json, .jsonl and .csv can be read, and no content type says something else',
        actual: problems.length === 0 ? `holds in ${of}` : showList(problems),
        path: [],
        evidence: evidenceFiles.record,
      },
    ];
  },
};
