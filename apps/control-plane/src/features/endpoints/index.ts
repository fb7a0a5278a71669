export { EndpointResolver } from './endpoint.resolver.ts';
export { EndpointService } from './endpoint.service.ts';
