/** The share of the calls of an endpoint that one model version answers, in percent. */
export interface TrafficShare {
  readonly modelVersionId: string;
  readonly weight: number;
}
