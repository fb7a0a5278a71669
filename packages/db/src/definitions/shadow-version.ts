/** A version that gets a copy of `share` percent of the requests of an endpoint; its answers are compared and never sent. */
export interface ShadowVersion {
  readonly modelVersionId: string;
  readonly share: number;
}
