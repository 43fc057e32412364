import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { hotReloadSources, inspectOptions } from '../../../harness/cli/function-options.ts';
import { InspectTargets } from '../../../harness/emulator/services/lambda/runtime/inspect-targets.ts';

describe('functions to be inspected', () => {
  it.each<[string[], string[], object | undefined]>([
    [[], [], undefined],
    [['f=9230'], [], { functions: { f: { waits: false, port: 9230 } } }],
    [['f'], ['g'], { functions: { f: { waits: false }, g: { waits: true } } }],
    [['*'], [], { functions: {}, all: { waits: false } }],
  ])('--inspect %j --inspect-wait %j', (inspect, inspectWait, expected) => {
    expect(inspectOptions({ inspect, inspectWait })).toEqual(expected);
  });

  it.each(['=9230', 'f=', 'f=x', 'f=0', 'f=70000'])('--inspect %s is refused', (text) => {
    expect(() => inspectOptions({ inspect: [text] })).toThrow(
      expect.objectContaining({ code: 'inspect-option', exitCode: 2 }),
    );
  });

  it('have ports of their own, from 9229 on where none is named', () => {
    const targets = new InspectTargets({
      functions: { a: {}, b: { port: 9229 }, c: { waits: true } },
      all: {},
    });
    expect(targets.of('b')).toEqual({ port: 9229, waits: false });
    expect(targets.of('a')).toEqual({ port: 9230, waits: false });
    expect(targets.of('c')).toEqual({ port: 9231, waits: true });
    expect(targets.of('other')).toEqual({ port: 9232, waits: false });
    expect(targets.of('other')).toEqual({ port: 9232, waits: false });
    expect(new InspectTargets({ functions: { a: {} } }).of('other')).toBeUndefined();
  });
});

describe('code from folders', () => {
  it.each(['f', '=/tmp', 'f=/no/such/folder'])('--hot-reload %s is refused', (text) => {
    expect(() => hotReloadSources([text])).toThrow(
      expect.objectContaining({ code: 'hot-reload-option', exitCode: 2 }),
    );
  });

  it('is taken as it stands when the folder holds no index.ts', async () => {
    const sources = hotReloadSources([`f=${tmpdir()}/..`]);
    expect([...sources.keys()]).toEqual(['f']);
    for (const source of sources.values()) source.close();
  });
});
