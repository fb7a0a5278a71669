export { DataSourceResolver } from './data-source.resolver.ts';
export { DataSourceService } from './data-source.service.ts';
