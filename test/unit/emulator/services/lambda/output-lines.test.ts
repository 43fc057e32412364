import { describe, expect, it } from 'vitest';
import {
  FrameSplitter,
  LineSplitter,
} from '../../../../../harness/emulator/services/lambda/runtime/output-lines.ts';

const frame = (text: string, type = 0xa55a0003) => {
  const body = Buffer.from(text);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(type, 0);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
};

describe('output of a function', () => {
  it('is split into lines wherever the chunks end', () => {
    const bytes = Buffer.from('one\ntwo ü\n\nthree');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const lines: string[] = [];
      const splitter = new LineSplitter();
      splitter.push(bytes.subarray(0, cut), (line) => lines.push(line));
      splitter.push(bytes.subarray(cut), (line) => lines.push(line));
      splitter.flush((line) => lines.push(line));
      expect(lines).toEqual(['one\n', 'two ü\n', '\n', 'three']);
    }
  });

  it('is cut into events of at most 256 KB', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter();
    splitter.push(Buffer.alloc(600 * 1024, 'x'), (line) => lines.push(line));
    splitter.flush((line) => lines.push(line));
    expect(lines.map((line) => line.length)).toEqual([262144, 262144, 90112]);
  });

  it('keeps frames whole, and finds its way after bytes that are none', () => {
    const bytes = Buffer.concat([Buffer.from('.'), frame('a\nb\n'), frame('next', 0xa55a001b)]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const messages: string[] = [];
      const splitter = new FrameSplitter();
      splitter.push(bytes.subarray(0, cut), (message) => messages.push(message));
      splitter.push(bytes.subarray(cut), (message) => messages.push(message));
      expect(messages).toEqual(['a\nb\n', 'next']);
    }
  });
});
