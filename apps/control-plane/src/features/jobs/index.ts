export { JobResolver } from './job.resolver.ts';
export { JobService } from './job.service.ts';
export { JobType } from './job.type.ts';
export { LeaseInput, leaseSchema } from './leased-job.inputs.ts';
export { LeasedJobResolver } from './leased-job.resolver.ts';
export { LeasedJobService } from './leased-job.service.ts';
