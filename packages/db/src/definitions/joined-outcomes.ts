/**
 * Up to where the predictions of a monitor were joined with labels: the version of the prediction table, and the length of
 * windows that its label windows were recorded with. What was joined before is not joined again.
 */
export interface JoinedOutcomes {
  readonly predictionsVersion: number;
  readonly windowSeconds: number;
}
