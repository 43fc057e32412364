/** Names of the packs that the composition roots registered; a project may name one of these. */
const names = new Set<string>();

export const registerPackName = (name: string): void => {
  names.add(name);
};

/** `undefined` where no root registered any: then the name is not checked. */
export const knownPackNames = (): readonly string[] | undefined =>
  names.size === 0 ? undefined : [...names];
