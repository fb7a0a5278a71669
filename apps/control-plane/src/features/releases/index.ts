export { ReleaseResolver } from './release.resolver.ts';
export { ReleaseService } from './release.service.ts';
