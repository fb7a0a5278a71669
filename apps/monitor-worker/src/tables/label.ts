import { z } from 'zod';

const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

const labelSchema = z.object(
  {
    event_id: z.string('event_id has to be a text').min(1, 'event_id is empty').max(1000, 'event_id is longer than 1,000 characters'),
    value: z.union([z.literal(0), z.literal(1)], 'value has to be 0 or 1'),
    event_time: z.iso
      .datetime({ offset: true, error: 'event_time is not an instant of ISO 8601' })
      .refine((text) => Date.parse(text) >= FIRST_INSTANT && Date.parse(text) <= LAST_INSTANT, 'event_time lies outside the years 1 to 9999')
      .nullish(),
  },
  'the line is not an object',
);

/** The true outcome of an event: 1 when it was of the positive class. */
export type Label = z.infer<typeof labelSchema>;

/** A line of a label batch that is not a label, and why. */
export interface RejectedLine {
  readonly line: number;
  /** Its beginning. */
  readonly text: string;
  readonly reason: string;
}

export interface LabelsOfBatch {
  readonly labels: readonly Label[];
  readonly rejected: readonly RejectedLine[];
}

const KEPT_CHARACTERS = 2000;
const HALF_A_CHARACTER = /[\uD800-\uDBFF]$/;

/**
 * Reads the file of a label batch: newline-delimited JSON, one label per line. Of several labels for one event the last one is given. A
 * line that is not a label is set aside with its reason, and costs no other line anything.
 */
export function readLabels(content: Uint8Array): LabelsOfBatch {
  const labels = new Map<string, Label>();
  const rejected: RejectedLine[] = [];
  for (const [position, text] of new TextDecoder().decode(content).split('\n').entries()) {
    if (text.trim() === '') continue;
    const read = readLabel(text);
    if (typeof read === 'string') rejected.push({ line: position + 1, text: text.slice(0, KEPT_CHARACTERS).replace(HALF_A_CHARACTER, ''), reason: read });
    else labels.set(read.event_id, read);
  }
  return { labels: [...labels.values()], rejected };
}

/** The label of a line, or why it is none. */
function readLabel(text: string): Label | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'the line is not JSON';
  }
  const { data, error } = labelSchema.safeParse(value);
  return data ?? error.issues.map(({ message }) => message).join('; ');
}
