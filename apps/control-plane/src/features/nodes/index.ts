export { NodeReportResolver } from './report.resolver.ts';
export { NodeReportService } from './report.service.ts';
export { NodeResolver } from './node.resolver.ts';
export { NodeService } from './node.service.ts';
export { NodeType } from './node.type.ts';
export { statusOf } from './node-status.ts';
export { isLoopbackHost } from './node-url.ts';
