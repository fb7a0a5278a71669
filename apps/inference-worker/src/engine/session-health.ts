/** `restarting`: no session can run anything now, and one is being opened. `failed`: they ended again and again. */
export type SessionState = 'running' | 'restarting' | 'failed';

/** How the sessions of a version fare. */
export interface SessionHealth {
  readonly state: SessionState;
  /** How often a session was replaced since the version was first loaded. */
  readonly restarts: number;
  /** The end of a session that nobody asked for; undefined when there was none. */
  readonly lastEnd: { readonly reason: string; readonly at: Date } | undefined;
}
