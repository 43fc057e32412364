/** A deliberately faulty inference: never answers, so that only the timeout ends it. */
export const handler = () => new Promise(() => setInterval(() => {}, 1000));
