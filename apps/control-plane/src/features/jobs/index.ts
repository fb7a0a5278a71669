export { JobResolver } from './job.resolver.ts';
export { JobService } from './job.service.ts';
export { JobType } from './job.type.ts';
