export { EnvironmentResolver } from './environment.resolver.ts';
export { EnvironmentService } from './environment.service.ts';
