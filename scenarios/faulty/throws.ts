/** A deliberately faulty inference: throws an error of its own on every job. */
export const handler = async (event: { RANK?: string }) => {
  throw new TypeError(`rank ${event.RANK} cannot be inferred: this handler is broken on purpose`);
};
