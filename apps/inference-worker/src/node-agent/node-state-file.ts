import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nodeAssignmentSchema, referenceProfileSchema } from '@millrace/contracts';
import { z } from 'zod';

const nodeStateSchema = z.object({
  nodeId: z.string(),
  assignment: nodeAssignmentSchema,
  /** What is served beside or instead of that, because it cannot be served. */
  fallback: nodeAssignmentSchema.pick({ versions: true, endpoints: true }).default({ versions: [], endpoints: [] }),
  /** Profiles of versions that may still have rows in an unfinished segment, by model version id. */
  profiles: z.record(z.string(), referenceProfileSchema),
});
/** What a node remembers, so that it serves after a restart without the control plane. */
export type NodeState = z.infer<typeof nodeStateSchema>;

/** The file that holds the state of a node. It appears whole or not at all. */
export class NodeStateFile {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** What an older release wrote is completed with defaults. Undefined on the first start, and when the file is damaged or has another form. */
  async read(): Promise<NodeState | undefined> {
    try {
      return nodeStateSchema.parse(JSON.parse(await readFile(this.path, 'utf8')));
    } catch {
      return undefined;
    }
  }

  async write(state: NodeState): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    await writeFile(`${this.path}.temporary`, JSON.stringify(state), { flush: true });
    await rename(`${this.path}.temporary`, this.path);
  }
}
