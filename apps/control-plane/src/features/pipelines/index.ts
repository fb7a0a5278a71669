export { PipelineResolver } from './pipeline.resolver.ts';
export { PipelineRunResolver } from './pipeline-run.resolver.ts';
export { PipelineService } from './pipeline.service.ts';
