import type { MonitorWindow } from '@millrace/db';

/** A window as the lakehouse knows it: the version that answered and the start in milliseconds since the epoch. */
export interface WindowKey {
  readonly modelVersionId: string;
  readonly windowStart: number;
}

export function windowKeyText({ modelVersionId, windowStart }: WindowKey): string {
  return `${modelVersionId} ${windowStart}`;
}

export function keyOfWindow(window: Pick<MonitorWindow, 'modelVersionId' | 'windowStart'>): WindowKey {
  return { modelVersionId: window.modelVersionId, windowStart: window.windowStart.getTime() };
}
