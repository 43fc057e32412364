/** Why the items cannot be read: the cause of States.ItemReaderFailed. */
export class ItemReaderFailure extends Error {
  constructor(cause: string) {
    super(cause);
    this.name = 'ItemReaderFailure';
  }
}
