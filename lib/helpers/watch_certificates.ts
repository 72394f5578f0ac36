/**
 * Certificates that change need no restart (S14): their files are looked at now and then, and taken into use
 * when they have changed and fit together. Files that do not are left alone until they do: whoever replaces
 * them writes one after the other.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Logger } from "./logger.ts";
import type { TimeProvider } from "./time_provider.ts";

/** From one look at the files to the next, in milliseconds. */
const LOOK_MS = 30_000;

/** PEM texts. */
export interface CertificateTexts {
  readonly key?: string | undefined;
  readonly cert?: string | undefined;
  readonly ca?: string | undefined;
}

/** What watching takes. */
export interface CertificateWatch<T extends CertificateTexts> {
  /** Reads the files. */
  readonly read: () => Promise<T>;
  /** What is in use already. */
  readonly inUse: T;
  /** Takes what is to be used from now on. */
  readonly use: (texts: T) => void;
  /** What the log says then. */
  readonly taken: string;
  /** Names the files, for the log. */
  readonly certFile: string | undefined;
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Looks at the files until `signal` aborts. */
export async function watchCertificates<T extends CertificateTexts>(
  { read, inUse, use, taken, certFile, time, log, signal }: CertificateWatch<T>,
): Promise<void> {
  let used = JSON.stringify(inUse);
  while (true) {
    await time.sleep(LOOK_MS, { signal });
    if (signal.aborted) return;
    try {
      const texts = await read();
      if (JSON.stringify(texts) === used) continue;
      requireFitting(texts);
      use(texts);
      used = JSON.stringify(texts);
      log.info(taken, { certFile });
    } catch (error) {
      log.warn("Cannot use the certificates as they are now; the old ones stay", { error });
    }
  }
}

function requireFitting({ key, cert, ca }: CertificateTexts): void {
  if (ca !== undefined) new X509Certificate(ca);
  if (key === undefined || cert === undefined) return;
  if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return;
  throw new Error("Cannot take these files into use: the key is not that of the certificate");
}
