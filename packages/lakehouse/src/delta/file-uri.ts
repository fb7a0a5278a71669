/**
 * The URI of an action for a relative file path. `=` stays as it is: other writers, which name a file of ours to remove it, write it so, and
 * some readers hold the two spellings for two files.
 */
export function uriOf(relativePath: string): string {
  return relativePath
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%3D', '='))
    .join('/');
}
