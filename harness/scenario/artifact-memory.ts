import { type ArtifactSet, type BuildOptions, buildArtifacts } from '../artifacts/build-artifacts.ts';

/** `buildArtifacts` that builds the same thing once: the cells of a matrix deploy equal artifacts. */
export function rememberArtifacts(): (options: BuildOptions) => Promise<ArtifactSet> {
  const built = new Map<string, Promise<ArtifactSet>>();
  return (options) => {
    const { project, cacheFolder, target } = options;
    const { source: _source, ...rest } = project;
    const key = JSON.stringify({ ...rest, cacheFolder, target });
    const known = built.get(key) ?? buildArtifacts(options);
    built.set(key, known);
    // A failed build is tried again: the next run may find the mistake corrected.
    known.catch(() => built.delete(key));
    return known;
  };
}
