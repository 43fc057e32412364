/** Rows of a CSV text in pieces (RFC 4180): quoted fields may hold delimiters, quotes doubled, and line breaks. */
export class CsvRows {
  readonly #delimiter: string;
  #fields: string[] = [];
  #field = '';
  /** `quote`: a quote inside a quoted field, perhaps its end. */
  #state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Takes the next piece; the rows that end in it. */
  push(piece: string): string[][] {
    const rows: string[][] = [];
    for (const letter of piece) this.#take(letter, rows);
    return rows;
  }

  /** The last row, when the text does not end with a line break. */
  end(): string[][] {
    const rows: string[][] = [];
    if (this.#fields.length > 0 || this.#field !== '' || this.#state !== 'start') this.#endRow(rows);
    return rows;
  }

  #take(letter: string, rows: string[][]): void {
    if (this.#state === 'quoted') {
      if (letter === '"') this.#state = 'quote';
      else this.#field += letter;
      return;
    }
    if (letter === '"' && this.#state === 'quote') {
      this.#field += '"';
      this.#state = 'quoted';
    } else if (letter === '"' && this.#state === 'start') this.#state = 'quoted';
    else if (letter === this.#delimiter) this.#endField();
    else if (letter === '\n') this.#endRow(rows);
    else {
      this.#field += letter;
      this.#state = 'plain';
    }
  }

  #endField(): void {
    this.#fields.push(this.#field);
    this.#field = '';
    this.#state = 'start';
  }

  #endRow(rows: string[][]): void {
    if (this.#field.endsWith('\r')) this.#field = this.#field.slice(0, -1);
    this.#endField();
    const row = this.#fields;
    this.#fields = [];
    // An empty line is no row.
    if (row.length > 1 || row[0] !== '') rows.push(row);
  }
}
