import type { NodeAssignment } from '@millrace/contracts';

/** An endpoint as this node serves it. */
export type EndpointRoute = NodeAssignment['endpoints'][number];

/** Endpoints by name. Replaced as a whole, so that no request sees half of a change. */
export class RouteTable {
  private routes: ReadonlyMap<string, EndpointRoute> | undefined;

  /** Whether this node was ever told what it serves. A node that starts knows after it has loaded what it remembers. */
  get isKnown(): boolean {
    return this.routes !== undefined;
  }

  replace(endpoints: readonly EndpointRoute[]): void {
    this.routes = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
  }

  find(name: string): EndpointRoute | undefined {
    return this.routes?.get(name);
  }

  all(): readonly EndpointRoute[] {
    return [...(this.routes?.values() ?? [])];
  }
}
