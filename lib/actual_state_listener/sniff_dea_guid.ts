/**
 * Guesses, without parsing, which DEA a heartbeat is from. The guess only says with whose last heartbeat
 * the bytes are to be compared; as nothing but equal bytes is believed, a wrong guess costs a parse and
 * never correctness. DEAs name themselves first or last, so only both ends are looked at. Pure.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** How much of either end is looked at: room for a guid of the greatest length and a few other fields. */
const END_BYTES = 512;
const FIELD = /"dea"\s*:\s*"([^"\\]{1,200})"/;

/** The guid that seems to stand at `dea`; undefined when there is no saying without a parse. */
export function sniffDeaGuid(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = buffer.length;
  const head = FIELD.exec(buffer.toString("latin1", 0, Math.min(END_BYTES, length)));
  if (head !== null || length <= END_BYTES) return head?.[1];
  return FIELD.exec(buffer.toString("latin1", length - END_BYTES, length))?.[1];
}
