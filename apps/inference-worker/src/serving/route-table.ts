import type { NodeAssignment } from '@millrace/contracts';

/** An endpoint as this node serves it. */
export type EndpointRoute = NodeAssignment['endpoints'][number];

/** Endpoints by name. Replaced as a whole, so that no request sees half of a change. */
export class RouteTable {
  private routes: ReadonlyMap<string, EndpointRoute> | undefined;
  private coming: ReadonlySet<string> = new Set();

  /** Whether this node is about to serve an endpoint, and loads what it needs for that. */
  isComing(name: string): boolean {
    return this.routes === undefined || this.coming.has(name);
  }

  /** `coming`: names of endpoints that are not among them yet. */
  replace(endpoints: readonly EndpointRoute[], coming: readonly string[] = []): void {
    this.coming = new Set(coming);
    this.routes = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
  }

  find(name: string): EndpointRoute | undefined {
    return this.routes?.get(name);
  }

  all(): readonly EndpointRoute[] {
    return [...(this.routes?.values() ?? [])];
  }
}
