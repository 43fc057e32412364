/** A table of text that any format lays out. */
export interface ReportTable {
  title: string;
  head: string[];
  rows: string[][];
  notes: string[];
}
