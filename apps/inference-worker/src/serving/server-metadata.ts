/** What the server says about itself; `extensions` lists what works. */
export const SERVER_METADATA: { readonly name: string; readonly version: string; readonly extensions: readonly string[] } = {
  name: 'millrace',
  version: '0.1.0',
  extensions: ['parameters'],
};
