import { describe, expect, it } from 'vitest';
import { substituteDefinition } from '../../../harness/project/placeholders.ts';

/** A placeholder as it stands in the definition. */
const hole = (name: string) => `\${${name}}`;

describe('substituteDefinition', () => {
  it('replaces placeholders wherever texts stand, and nothing else', () => {
    const definition = {
      A: { Resource: hole('Arn'), List: [`x ${hole('Arn')} y`, 1, null] },
      'Key.$': '$.a',
    };
    expect(substituteDefinition(definition, { Arn: 'arn:1' })).toEqual({
      A: { Resource: 'arn:1', List: ['x arn:1 y', 1, null] },
      'Key.$': '$.a',
    });
  });

  it('rejects a placeholder without a value and a value without a placeholder', () => {
    expect(() => substituteDefinition({ A: hole('Arm') }, {})).toThrow(`${hole('Arm')} is unresolved`);
    expect(() => substituteDefinition({ A: 'x' }, { Arn: 'arn:1' })).toThrow(`has no ${hole('Arn')}`);
  });
});
