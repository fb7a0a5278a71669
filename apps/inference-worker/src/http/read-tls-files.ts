import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { MillraceError } from '@millrace/contracts';

/** Certificate chain and key in PEM. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Reads both files; neither named: no TLS. Throws `BAD_INPUT` when only one is named, one cannot be read, or they do not belong together. */
export async function readTlsFiles(certFile: string | undefined, keyFile: string | undefined): Promise<TlsFiles | undefined> {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    const [given, missing] = certFile === undefined ? ['TLS_KEY_FILE', 'TLS_CERT_FILE'] : ['TLS_CERT_FILE', 'TLS_KEY_FILE'];
    throw new MillraceError('BAD_INPUT', `${given} is set and ${missing} is not: TLS needs both`);
  }
  const tls = { cert: await read('TLS_CERT_FILE', certFile), key: await read('TLS_KEY_FILE', keyFile) };
  try {
    createSecureContext(tls);
  } catch (cause) {
    throw new MillraceError(
      'BAD_INPUT',
      `TLS_CERT_FILE "${certFile}" and TLS_KEY_FILE "${keyFile}" do not make a certificate with its key in PEM: ${String(cause)}`,
    );
  }
  return tls;
}

async function read(name: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new MillraceError('BAD_INPUT', `${name} "${file}" cannot be read: ${String(cause)}`);
  }
}
