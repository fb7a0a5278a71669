/** What was answered while everything died: this was promised, and nothing else was. */
export interface Acknowledged {
  /** Ids of runs by the kind of their job. */
  readonly pipelineRuns: string[];
  readonly scoringRuns: string[];
  readonly trainingRuns: string[];
  readonly releases: string[];
  /** Values by event id, of the endpoint that is only watched. */
  readonly watchedLabels: Map<string, number>;
  /** Values by event id, of events that were predicted. */
  readonly labels: Map<string, number>;
  /** Scores by event id, answered once they were durable. */
  readonly predictions: Map<string, number>;
  /** Ids of jobs. */
  readonly cancels: string[];
  readonly retries: string[];
  /** Predictions that were asked for while there was neither a control plane nor a database, and those that came. */
  readonly dark: { asked: number; answered: number; reasons: string[] };
  /** Traffic splits that were seen, by how often. */
  readonly splits: Map<string, number>;
  readonly faults: string[];
  /** Events that were asked about, each once, whatever became of the answer. */
  asked: number;
  /** So many of the events that were predicted were labelled, whatever became of the answer. */
  labelled: number;
  refused: number;
}

export function nothingAcknowledged(): Acknowledged {
  return {
    pipelineRuns: [],
    scoringRuns: [],
    trainingRuns: [],
    releases: [],
    watchedLabels: new Map(),
    labels: new Map(),
    predictions: new Map(),
    cancels: [],
    retries: [],
    dark: { asked: 0, answered: 0, reasons: [] },
    splits: new Map(),
    faults: [],
    asked: 0,
    labelled: 0,
    refused: 0,
  };
}
