import type { FeatureDrift, MonitorDefinition, ReferenceProfile } from '@millrace/contracts';
import type { MonitorWindow } from '@millrace/db';
import { profileDrift } from '@millrace/statistics';

/** Drift of a window against the profile of its version: every feature, then the score. Nulls where there is nothing to say. */
export interface WindowDrift {
  readonly drift: FeatureDrift[] | null;
  readonly driftShare: number | null;
}

/** Tests a window for drift. Without a reference profile, or with fewer rows than the monitor asks for, nothing is stated. */
export function windowDrift(window: Pick<MonitorWindow, 'rows' | 'summary'>, reference: ReferenceProfile | null, definition: MonitorDefinition): WindowDrift {
  if (reference === null || window.rows < definition.minimumRows) return { drift: null, driftShare: null };
  const { features, score, driftShare } = profileDrift(reference, window.summary, definition);
  return { drift: [...features, score], driftShare };
}
