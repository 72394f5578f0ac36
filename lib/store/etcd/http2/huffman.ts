/**
 * The code in which HTTP/2 packs the texts of headers (RFC 7541, 5.2 and appendix B). Only to read it: what
 * we send is sent as it is. Pure.
 *
 * @module
 */

/** How many bits each byte takes. The code is canonical: these lengths are all there is to it. */
// deno-fmt-ignore
const BITS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12,
  10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5,
  6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22,
  23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22,
  22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26,
  26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27,
  27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27,
  27, 27, 27, 27, 26,
];
/** The bits of the end-of-text mark, all ones: the last code of all, which must not occur whole. */
const END_BITS = 30;

/** All codes of one length, which follow one another. */
interface Length {
  /** The first of them. */
  readonly first: number;
  /** What they stand for, in their order. */
  readonly bytes: readonly number[];
}

const LENGTHS: readonly Length[] = makeLengths();

function makeLengths(): Length[] {
  const lengths: Length[] = [];
  let code = 0;
  for (let bits = 0; bits <= END_BITS; bits += 1) {
    const bytes = BITS.flatMap((length, byte) => length === bits ? [byte] : []);
    lengths.push({ first: code, bytes });
    code = (code + bytes.length) * 2;
  }
  return lengths;
}

/**
 * The text, one character a byte.
 *
 * @throws {RangeError} when the bytes are no such code
 */
export function decodeHuffman(packed: Uint8Array): string {
  let text = "";
  let code = 0;
  let bits = 0;
  for (const octet of packed) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      code = code * 2 + (octet >> bit & 1);
      bits += 1;
      const byte = byteOf(code, bits);
      if (byte === undefined) continue;
      text += String.fromCharCode(byte);
      code = 0;
      bits = 0;
    }
  }
  // What is left of the last byte is filled with ones.
  if (bits > 7 || code !== 2 ** bits - 1) throw notHuffman();
  return text;
}

function byteOf(code: number, bits: number): number | undefined {
  const length = LENGTHS[bits];
  if (length === undefined) throw notHuffman();
  const place = code - length.first;
  return place < 0 ? undefined : length.bytes[place];
}

function notHuffman(): RangeError {
  return new RangeError("Cannot read a header: its text is not packed as HTTP/2 packs it");
}
