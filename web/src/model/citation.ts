/** Where an answer's [n] points: characters `start` to `end` of a page's text. Pages count from 1. */
export interface Citation {
  marker?: number;
  chunk_id: string;
  document_id: string;
  document?: string;
  page: number;
  start: number;
  end: number;
}
