/** A deliberately faulty inference: holds ever more memory until the environment is killed. */
export const handler = async () => {
  const held: Buffer[] = [];
  for (;;) {
    held.push(Buffer.alloc(16 * 1024 * 1024, held.length + 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
