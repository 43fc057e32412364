export interface Reading {
  id: string;
  celsius: number;
}

export interface Classified extends Reading {
  alarm: boolean;
}
