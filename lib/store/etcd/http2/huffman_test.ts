import { Buffer } from "node:buffer";
import { expect } from "expect";
import fc from "fast-check";
import { decodeHuffman } from "./huffman.ts";

function decode(hex: string): string {
  return decodeHuffman(Buffer.from(hex, "hex"));
}

/** RFC 7541's own examples (C.4, C.6), then codes of appendix B from both ends of the table. */
const TEXTS: readonly (readonly [hex: string, text: string])[] = [
  ["", ""],
  ["f1e3c2e5f23a6ba0ab90f4ff", "www.example.com"],
  ["a8eb10649cbf", "no-cache"],
  ["25a849e95ba97d7f", "custom-key"],
  ["25a849e95bb8e8b4bf", "custom-value"],
  ["6402", "302"],
  ["640eff", "307"],
  ["aec3771a4b", "private"],
  ["d07abe941054d444a8200595040b8166e082a62d1bff", "Mon, 21 Oct 2013 20:13:21 GMT"],
  ["9d29ad171863c78f0b97c8e9ae82ae43d3", "https://www.example.com"],
  ["9bd9ab", "gzip"],
  [
    "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
    "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
  ],
  ["ffc7", "\0"],
  ["fffffff3", "\n"],
  ["ffffffef", "\xf9"],
  ["fffffbbf", "\xff"],
];
for (const [hex, text] of TEXTS) {
  Deno.test(`decodeHuffman() reads ${hex} as ${JSON.stringify(text)}`, () => {
    expect(decode(hex)).toBe(text);
  });
}

const REFUSED: readonly (readonly [what: string, hex: string])[] = [
  ["the end-of-text mark", "ffffffff"],
  ["the end-of-text mark after a text", "1fffffffff"],
  ["padding of a whole byte", "07ff"],
  ["padding that is not all ones", "00"],
  ["a code that is cut short", "ffff"],
];
for (const [what, hex] of REFUSED) {
  Deno.test(`decodeHuffman() refuses ${what} (${hex})`, () => {
    expect(() => decode(hex)).toThrow(RangeError);
  });
}

Deno.test("decodeHuffman() reads or refuses whatever comes, and no byte is more than two characters", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (packed) => {
    let text: string;
    try {
      text = decodeHuffman(packed);
    } catch (error) {
      return expect(error).toBeInstanceOf(RangeError);
    }
    expect(text.length).toBeLessThanOrEqual(packed.length * 8 / 5);
    expect(text).toMatch(/^[\0-\xff]*$/);
  }));
});
