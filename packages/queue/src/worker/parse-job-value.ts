import { JOB_CATALOG, MillraceError, type JobName } from '@millrace/contracts';

/**
 * A payload or a result as the catalog wants it.
 * @throws MillraceError `PAYLOAD_INVALID` for a payload, `INTERNAL` for a result: neither is tried again
 */
export function parseJobValue(name: JobName, part: 'payload' | 'result', value: unknown): unknown {
  const parsed = JOB_CATALOG[name][part].safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const listed = issues.map(({ path, message }) => `${path || part}: ${message}`).join('; ');
  const code = part === 'payload' ? 'PAYLOAD_INVALID' : 'INTERNAL';
  throw new MillraceError(code, `The ${part} of job ${name} is not valid: ${listed}.`, { retryable: false, fields: { name, issues } });
}
