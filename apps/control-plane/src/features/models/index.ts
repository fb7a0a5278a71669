export { ModelAliasResolver } from './model-alias.resolver.ts';
export { ModelResolver } from './model.resolver.ts';
export { ModelService } from './model.service.ts';
export { ModelVersionResolver } from './model-version.resolver.ts';
export { ServedArtifacts } from './served-artifact.ts';
