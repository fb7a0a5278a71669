export { LabelResolver } from './label.resolver.ts';
export { LabelService } from './label.service.ts';
export { MonitorResolver } from './monitor.resolver.ts';
export { MonitorService } from './monitor.service.ts';
export { MonitorType } from './monitor.type.ts';
