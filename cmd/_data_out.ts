/**
 * Standard output of tools that go on for long: whoever reads may have seen enough and close the pipe, as
 * `head` does, and that is an end like any other.
 *
 * @module
 */

import type { SyncWriter } from "../lib/helpers/line_writer.ts";

/** Writes the text; false when nobody reads any more. */
export function writeData(text: string, stream: SyncWriter = Deno.stdout): boolean {
  try {
    let rest = new TextEncoder().encode(text);
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}
