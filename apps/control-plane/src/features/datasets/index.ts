export { DatasetResolver } from './dataset.resolver.ts';
export { DatasetService } from './dataset.service.ts';
export { DatasetVersionType } from './dataset.type.ts';
export { DatasetVersionResolver } from './dataset-version.resolver.ts';
