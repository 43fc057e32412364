import { describe, expect, it } from 'vitest';
import { renderListDate } from '../../../../../../harness/emulator/services/s3/objects/list-parameters.ts';

const reference = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}.000Z`;

describe('renderListDate', () => {
  it.each([
    0,
    999,
    1000,
    86_399_999,
    86_400_000,
    Date.UTC(2024, 1, 28, 23, 59, 59, 999),
    Date.UTC(2024, 1, 29),
    Date.UTC(2026, 10, 24, 9, 5, 7, 80),
    Date.UTC(2026, 11, 31, 23, 59, 59),
    Date.UTC(2027, 0, 1),
  ])('%d ms as the library writes it, whatever day came before', (milliseconds) => {
    renderListDate(milliseconds + 86_400_000);
    expect(renderListDate(milliseconds)).toBe(reference(milliseconds));
  });
});
