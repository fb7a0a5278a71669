export { latestObservation } from './latest-observations.ts';
export { MetricResolver } from './metric.resolver.ts';
export { MetricService } from './metric.service.ts';
export { MetricType } from './metric.type.ts';
