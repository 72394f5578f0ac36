/**
 * Checks and reads what an etcd store is opened with, so that a mistake shows at start and not as a
 * server that seems to be away.
 *
 * @module
 */

import type { EtcdTransport, TlsFiles } from "../../config/config.ts";
import { StoreRefusedError } from "../store_errors.ts";
import type { TlsPem } from "./wire_options.ts";

/**
 * Checks the members' URLs.
 *
 * @throws {StoreRefusedError} when there is none, or one that cannot be used over this transport
 */
export function checkEtcdUrls(urls: readonly string[], transport: EtcdTransport): void {
  if (urls.length === 0) throw new StoreRefusedError("Cannot use etcd: no URL is configured");
  for (const text of urls) {
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol)) {
      throw new StoreRefusedError(`Cannot use etcd at "${text}": it is no http:// or https:// URL`);
    }
    if (url.username !== "" || url.password !== "") {
      const remedy = "configure them on their own";
      throw new StoreRefusedError(
        `Cannot use etcd at "${url.host}": credentials in a URL, ${remedy}`,
      );
    }
    if (transport === "etcd3" && url.protocol === "https:" && isIpAddress(url.hostname)) {
      const remedy = "use a host name that its certificate holds, or another transport";
      throw new StoreRefusedError(`Cannot use etcd at "${text}": TLS to an IP address, ${remedy}`);
    }
  }
}

/**
 * The texts of PEM files.
 *
 * @throws {StoreRefusedError} when one cannot be read, or a certificate has no key
 */
export async function readTlsFiles(files: TlsFiles): Promise<TlsPem> {
  const { caFile, certFile, keyFile } = files;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new StoreRefusedError("Cannot use etcd over TLS: a certificate and its key go together");
  }
  const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map(readPem));
  return { ca, cert, key };
}

async function readPem(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    const message = `Cannot use etcd over TLS: the file "${file}" cannot be read`;
    throw new StoreRefusedError(message, { cause });
  }
}

function isIpAddress(host: string): boolean {
  return host.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}
