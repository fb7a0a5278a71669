import type { PlanOptions, ServicePlan } from '../services/millrace-services.ts';

export interface RuntimeOptions {
  readonly stateDir: string;
  /** Replaces parts: with `DATABASE_URL` no PostgreSQL is started. The environment of this process unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What happens, in a line for people. */
  readonly tell: (line: string) => void;
  /** Aborted to stop, also while it still starts. */
  readonly signal?: AbortSignal;
  /** What to start; the services of Millrace unless told. */
  readonly plan?: (options: PlanOptions) => ServicePlan;
}
