export { PipelineResolver } from './pipeline.resolver.ts';
export { PipelineRunResolver } from './pipeline-run.resolver.ts';
export { PipelineService, type CheckSql } from './pipeline.service.ts';
