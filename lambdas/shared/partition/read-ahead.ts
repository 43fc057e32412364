/**
 * The items `load(0)`, `load(1)`, ... until `undefined`, each fetched while the one before it is in use.
 * Loads never overlap each other. A failed load fails the request for its item, not an earlier one.
 */
export async function* readAhead<T>(
  load: (index: number) => Promise<T | undefined>,
): AsyncGenerator<T, void, undefined> {
  let next = load(0);
  for (let index = 1; ; index++) {
    const item = await next;
    if (item === undefined) return;
    next = load(index);
    // Whoever stops early never awaits it; the failure of an unwanted load is nobody's.
    next.catch(() => {});
    yield item;
  }
}
