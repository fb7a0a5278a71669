import { readFileSync } from 'node:fs';

/** What the server says about itself. */
export interface ServerMetadata {
  readonly name: string;
  readonly version: string;
  /** The extensions of the protocol that work. */
  readonly extensions: readonly string[];
}

const EXTENSIONS = ['binary_tensor_data', 'classification', 'model_configuration', 'parameters', 'schedule_policy', 'statistics'];

/** Says `model_repository` only where callers may load and unload. */
export function serverMetadata({ modelRepository }: { readonly modelRepository: boolean }): ServerMetadata {
  return { name: 'millrace', version: packageVersion(), extensions: modelRepository ? [...EXTENSIONS, 'model_repository'] : EXTENSIONS };
}

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return manifest.version;
}
