/**
 * What domain packs add to one registry (metrics, expectations, report sections ...), by the pack's name. The
 * composition roots fill the registries; without a pack a registry holds what is generic alone.
 */
export class PackParts<Part> {
  readonly #parts = new Map<string, Part>();

  /** Adds a pack's part; the same pack again replaces it. */
  register(pack: string, part: Part): void {
    this.#parts.set(pack, part);
  }

  /** The part of one pack; `undefined` without a pack, and of a pack that adds nothing here. */
  of(pack: string | undefined): Part | undefined {
    return pack === undefined ? undefined : this.#parts.get(pack);
  }

  /** Names of the packs that add something here. */
  names(): string[] {
    return [...this.#parts.keys()];
  }

  /** Parts of several packs, each once, in the order given. */
  ofAll(packs: Iterable<string | undefined>): Part[] {
    return [...new Set(packs)].flatMap((pack) => this.of(pack) ?? []);
  }
}
