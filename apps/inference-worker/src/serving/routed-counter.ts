import type { RoutedCounts } from '@millrace/contracts';
import type { EndpointRoute } from './route-table.ts';

type Counts = { -readonly [Key in keyof RoutedCounts]: RoutedCounts[Key] };

/**
 * What came of the requests that the split of an endpoint gave to a version, since the process began: what releases are decided by. A request that
 * names its version, or is a copy for a shadow, is not among them, so nobody can pick the version that he makes fail.
 */
export class RoutedCounter {
  readonly #endpoints = new Map<string, Map<string, Counts>>();

  answered({ endpointId }: EndpointRoute, modelVersionId: string): void {
    this.#of(endpointId, modelVersionId).answered++;
  }

  failed({ endpointId }: EndpointRoute, modelVersionId: string): void {
    this.#of(endpointId, modelVersionId).errors++;
  }

  /** Forgets endpoints that this node does not serve any more. */
  keep(endpoints: readonly EndpointRoute[]): void {
    const ids = new Set(endpoints.map(({ endpointId }) => endpointId));
    for (const id of this.#endpoints.keys()) if (!ids.has(id)) this.#endpoints.delete(id);
  }

  /** Every version that had a request, and with zeros those that have had none yet. */
  report(endpoints: readonly EndpointRoute[]): RoutedCounts[] {
    for (const { endpointId, traffic } of endpoints) for (const { modelVersionId } of traffic) this.#of(endpointId, modelVersionId);
    return [...this.#endpoints.values()].flatMap((versions) => [...versions.values()].map((counts) => ({ ...counts })));
  }

  #of(endpointId: string, modelVersionId: string): Counts {
    let versions = this.#endpoints.get(endpointId);
    if (versions === undefined) this.#endpoints.set(endpointId, (versions = new Map()));
    let counts = versions.get(modelVersionId);
    if (counts === undefined) versions.set(modelVersionId, (counts = { endpointId, modelVersionId, answered: 0, errors: 0 }));
    return counts;
  }
}
