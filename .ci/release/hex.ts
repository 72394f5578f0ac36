/**
 * Digests: base64, as lock files have them, and hexadecimal, as everybody else does.
 *
 * @module
 */

/** Base64 as hexadecimal. */
export function encodeHex(base64: string): string {
  return hexOf(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}

/** Bytes as hexadecimal. */
export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
