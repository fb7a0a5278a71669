import { MillraceError } from '@millrace/contracts';
import { z } from 'zod';

const labelSchema = z.object({
  event_id: z.string().min(1),
  value: z.union([z.literal(0), z.literal(1)]),
  event_time: z.iso.datetime({ offset: true }).nullish(),
});

/** The true outcome of an event: 1 when it was of the positive class. */
export type Label = z.infer<typeof labelSchema>;

/**
 * Reads the file of a label batch: newline-delimited JSON, one label per line. Of several labels for one event the last one
 * is given.
 *
 * @throws MillraceError SOURCE_CORRUPT with the number of the first line that is not a label.
 */
export function readLabels(content: Uint8Array): Label[] {
  const labels = new Map<string, Label>();
  for (const [position, line] of new TextDecoder().decode(content).split('\n').entries()) {
    if (line.trim() === '') continue;
    const label = readLabel(line, position + 1);
    labels.set(label.event_id, label);
  }
  return [...labels.values()];
}

function readLabel(line: string, number: number): Label {
  try {
    return labelSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new MillraceError('SOURCE_CORRUPT', `Line ${number} of the label batch is not a label: an object with event_id and a value of 0 or 1 is needed`, {
      fields: { line: number, text: line.slice(0, 200) },
      cause,
    });
  }
}
