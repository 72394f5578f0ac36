/**
 * Certificates for a server that speaks TLS, and for its clients: an authority made on the spot, a server
 * certificate for `localhost` and `127.0.0.1`, a client certificate. Needs `openssl`.
 *
 * @module
 */

import { CertificateAuthority, type CertificateFiles } from "./certificate_authority.ts";

/** Both ends' files; the authority is the same. */
export interface Certificates {
  readonly server: CertificateFiles;
  readonly client: CertificateFiles;
}

/** Makes an authority and both certificates in `folder`. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const authority = await CertificateAuthority.create(folder);
  return { server: await authority.issue("server"), client: await authority.issue("client") };
}
