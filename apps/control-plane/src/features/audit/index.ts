export { AuditEventResolver } from './audit-event.resolver.ts';
export { AuditEventService } from './audit-event.service.ts';
