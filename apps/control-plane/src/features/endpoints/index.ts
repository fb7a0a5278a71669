export { EndpointResolver } from './endpoint.resolver.ts';
export { EndpointService } from './endpoint.service.ts';
export { RoutingResolver } from './routing.resolver.ts';
export { RoutingService } from './routing.service.ts';
