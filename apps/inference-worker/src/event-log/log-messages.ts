import type { ReferenceProfile } from '@millrace/contracts';
import type { LogFields } from '@millrace/service-kit';
import type { ChunkFeature } from './chunk-layout.ts';

/** What the log thread knows of an endpoint. */
export interface LoggedEndpoint {
  readonly endpointId: string;
  readonly name: string;
  readonly windowSeconds: number | null;
}

/** Rows by columns; see `columnsIn` for the buffer. `texts` holds the columns of text, in the order of the features. */
export interface RowsMessage {
  readonly kind: 'rows';
  readonly endpoint: LoggedEndpoint;
  readonly modelVersionId: string;
  readonly rows: number;
  readonly bytes: number;
  readonly features: readonly ChunkFeature[];
  readonly capacity: number;
  readonly ids: readonly string[];
  readonly texts: readonly string[][];
  readonly buffer: ArrayBuffer;
}

/** What the log thread is started with. */
export interface LogThreadData {
  readonly folder: string;
  readonly segmentRows: number;
  readonly segmentMilliseconds: number;
}

/** What the log thread can be asked. Each question is answered once, when it is done. */
export type LogQuestion = 'recover' | 'close-segments' | 'stop' | ClosingAgain;

/** To close a segment again from its rows, under a number from `atLeast` on where one is given. */
export interface ClosingAgain {
  readonly sequence: number;
  readonly atLeast: number | undefined;
}

/** From the main thread. A version is announced before its first rows. */
export type LogOrder =
  | RowsMessage
  | { readonly kind: 'version'; readonly modelVersionId: string; readonly referenceProfile: ReferenceProfile | null }
  | { readonly kind: 'profiles'; readonly id: number; readonly profiles: ReadonlyMap<string, ReferenceProfile | null> }
  | { readonly kind: 'ask'; readonly id: number; readonly question: LogQuestion };

/** From the log thread. */
export type LogReport =
  /** These rows are durable: the next ones of their endpoint. */
  | { readonly kind: 'committed'; readonly endpointId: string; readonly rows: number; readonly bytes: number }
  /** Rows of an endpoint cannot be written now. */
  | { readonly kind: 'fault'; readonly endpointId: string; readonly error: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'profiles-wanted'; readonly id: number; readonly modelVersionIds: readonly string[] }
  /** To `recover` the rows that were found; to `stop` those that were given up. */
  | { readonly kind: 'done'; readonly id: number; readonly rows: number }
  | { readonly kind: 'log'; readonly level: 'info' | 'error'; readonly message: string; readonly fields: LogFields };
