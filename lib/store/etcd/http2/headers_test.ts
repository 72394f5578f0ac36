import { Buffer } from "node:buffer";
import { expect } from "expect";
import fc from "fast-check";
import { encodeHeaders, HeaderDecoder } from "./headers.ts";
import { type Header, STATIC_TABLE } from "./static_table.ts";

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

function decode(hex: string, decoder = new HeaderDecoder()): Header[] {
  return decoder.decode(bytes(hex));
}

/** Headers of one connection after another. */
interface Example {
  readonly name: string;
  readonly blocks: readonly (readonly [hex: string, headers: readonly Header[]])[];
}

const FIRST: readonly Header[] = [
  [":method", "GET"],
  [":scheme", "http"],
  [":path", "/"],
  [":authority", "www.example.com"],
];
const SECOND: readonly Header[] = [...FIRST, ["cache-control", "no-cache"]];
const THIRD: readonly Header[] = [
  [":method", "GET"],
  [":scheme", "https"],
  [":path", "/index.html"],
  [":authority", "www.example.com"],
  ["custom-key", "custom-value"],
];

const EXAMPLES: readonly Example[] = [
  {
    name: "C.2.1 a literal that is remembered",
    blocks: [[
      "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
      [["custom-key", "custom-header"]],
    ]],
  },
  {
    name: "C.2.2 a literal that is not",
    blocks: [["040c 2f73 616d 706c 652f 7061 7468", [[":path", "/sample/path"]]]],
  },
  {
    name: "C.2.3 a literal that never is",
    blocks: [["1008 7061 7373 776f 7264 0673 6563 7265 74", [["password", "secret"]]]],
  },
  { name: "C.2.4 a header by number", blocks: [["82", [[":method", "GET"]]]] },
  {
    name: "C.3 requests in plain text",
    blocks: [
      ["8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", FIRST],
      ["8286 84be 5808 6e6f 2d63 6163 6865", SECOND],
      ["8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65", THIRD],
    ],
  },
  {
    name: "C.4 requests in Huffman's code",
    blocks: [
      ["8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", FIRST],
      ["8286 84be 5886 a8eb 1064 9cbf", SECOND],
      ["8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf", THIRD],
    ],
  },
];
for (const { name, blocks } of EXAMPLES) {
  Deno.test(`HeaderDecoder reads RFC 7541's example ${name}`, () => {
    const decoder = new HeaderDecoder();
    for (const [hex, headers] of blocks) expect(decode(hex, decoder)).toEqual(headers);
  });
}

const DATE_21: Header = ["date", "Mon, 21 Oct 2013 20:13:21 GMT"];
const DATE_22: Header = ["date", "Mon, 21 Oct 2013 20:13:22 GMT"];
const LOCATION: Header = ["location", "https://www.example.com"];
const PRIVATE: Header = ["cache-control", "private"];
const COOKIE: Header = [
  "set-cookie",
  "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
];

/** C.5 and C.6 are for a table of 256 bytes, which is put before them as an update. */
const RESPONSES: readonly (readonly [name: string, blocks: readonly string[]])[] = [
  ["C.5 answers in plain text, which evict one another", [
    `3fe101 4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032
     303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
    "4803 3330 37c1 c0bf",
    `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04
     677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49
     553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31`,
  ]],
  ["C.6 answers in Huffman's code, which evict one another", [
    `3fe101 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b
     ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
    "4883 640e ffc1 c0bf",
    `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7
     821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed
     4ee5 b106 3d50 07`,
  ]],
];
for (const [name, blocks] of RESPONSES) {
  Deno.test(`HeaderDecoder reads RFC 7541's example ${name}`, () => {
    const decoder = new HeaderDecoder();
    expect(blocks.map((block) => decode(block.replace(/\s/g, ""), decoder))).toEqual([
      [[":status", "302"], PRIVATE, DATE_21, LOCATION],
      [[":status", "307"], PRIVATE, DATE_21, LOCATION],
      [[":status", "200"], PRIVATE, DATE_22, LOCATION, ["content-encoding", "gzip"], COOKIE],
    ]);
    // The first answer's headers had to go for the last one's.
    expect(() => decode("c1", decoder)).toThrow("none is number 65");
  });
}

Deno.test("HeaderDecoder knows the 61 headers of the static table", () => {
  expect(STATIC_TABLE).toHaveLength(61);
  expect(decode("81 90 bd")).toEqual([
    [":authority", ""],
    ["accept-encoding", "gzip, deflate"],
    ["www-authenticate", ""],
  ]);
  expect(() => decode("be")).toThrow(RangeError);
});

Deno.test("HeaderDecoder forgets everything for a header that is larger than its table", () => {
  const decoder = new HeaderDecoder();
  decode("40 01 61 01 62", decoder);
  expect(decode("be", decoder)).toEqual([["a", "b"]]);
  const large = encodeHeaders([["x", "y".repeat(4_096)]]);
  large[0] = 0x40;
  expect(decoder.decode(large)[0]?.[1]).toHaveLength(4_096);
  expect(() => decode("be", decoder)).toThrow(RangeError);
});

Deno.test("HeaderDecoder takes the name of the very header that has to go", () => {
  const decoder = new HeaderDecoder();
  decode("3f05 40 01 61 01 62", decoder); // a table of 36 bytes holds one
  expect(decode("7e 01 63", decoder)).toEqual([["a", "c"]]);
  expect(decode("be", decoder)).toEqual([["a", "c"]]);
});

Deno.test("HeaderDecoder lets its table shrink and grow up to what was agreed, before headers only", () => {
  const decoder = new HeaderDecoder();
  decode("40 01 61 01 62", decoder);
  expect(decode("20 3fe11f 82", decoder)).toEqual([[":method", "GET"]]);
  expect(() => decode("be", decoder)).toThrow(RangeError);
  expect(() => decode("3fe21f")).toThrow("a table of 4097 bytes was not agreed to");
  expect(() => decode("82 20")).toThrow(RangeError);
});

const REFUSED: readonly (readonly [what: string, hex: string])[] = [
  ["the number 0", "80"],
  ["a name by a number that nobody knows", "7f00 01 61"],
  ["a number that is cut short", "ff"],
  ["a number that is cut short within", "ff 80"],
  ["a number without end", "ff ff ff ff ff ff 01"],
  ["a name that is cut short", "00 05 61"],
  ["a header without a value", "00 01 61"],
  ["a value that is cut short", "00 01 61 02 62"],
  ["a text that is not in the code it says", "00 81 00 01 61"],
];
for (const [what, hex] of REFUSED) {
  Deno.test(`HeaderDecoder refuses ${what} (${hex})`, () => {
    expect(() => decode(hex)).toThrow(RangeError);
  });
}

Deno.test("HeaderDecoder refuses a short block that unfolds into more than it takes", () => {
  const decoder = new HeaderDecoder();
  const large = encodeHeaders([["x", "y".repeat(4_000)]]);
  large[0] = 0x40;
  expect(decoder.decode(large)).toHaveLength(1);
  expect(() => decode("be".repeat(10_000), decoder)).toThrow("headers of more than 65536 bytes");
});

const header = fc.tuple(
  fc.string({ unit: "binary-ascii", maxLength: 300 }),
  fc.string({ unit: "binary-ascii", maxLength: 300 }),
);

Deno.test("HeaderDecoder reads back whatever encodeHeaders() writes", () => {
  fc.assert(fc.property(fc.array(header, { maxLength: 20 }), (headers) => {
    expect(new HeaderDecoder().decode(encodeHeaders(headers))).toEqual(headers);
  }));
});

/** What an encoder that remembers may do. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("literal" as const), header }),
  fc.record({ kind: fc.constant("known" as const), nth: fc.nat(130) }),
  fc.record({ kind: fc.constant("size" as const), size: fc.nat(4_096) }),
);

Deno.test("HeaderDecoder forgets as RFC 7541 says, whatever is remembered and however large its table is", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const decoder = new HeaderDecoder();
    const table: Header[] = [];
    let sizeMax = 4_096;
    for (const one of steps) {
      if (one.kind === "size") {
        sizeMax = one.size;
        expect(decoder.decode(number(one.size, { prefixBits: 5, first: 0x20 }))).toEqual([]);
      } else if (one.kind === "literal") {
        const block = encodeHeaders([one.header]);
        block[0] = 0x40;
        expect(decoder.decode(block)).toEqual([one.header]);
        table.unshift(one.header);
      } else {
        const known = table[one.nth];
        const block = number(62 + one.nth, { prefixBits: 7, first: 0x80 });
        if (known === undefined) expect(() => decoder.decode(block)).toThrow(RangeError);
        else expect(decoder.decode(block)).toEqual([known]);
      }
      while (sizeOf(table) > sizeMax) table.pop();
    }
  }));
});

function sizeOf(table: readonly Header[]): number {
  return table.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
}

/** RFC 7541, 5.1. */
function number(
  value: number,
  { prefixBits, first }: { readonly prefixBits: number; readonly first: number },
): Uint8Array {
  const full = 2 ** prefixBits - 1;
  if (value < full) return Uint8Array.of(first | value);
  const encoded = [first | full];
  let rest = value - full;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) encoded.push(rest % 0x80 + 0x80);
  return Uint8Array.from([...encoded, rest]);
}

Deno.test("HeaderDecoder reads or refuses whatever comes", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (blocks) => {
    const decoder = new HeaderDecoder();
    for (const block of blocks) {
      try {
        decoder.decode(block);
      } catch (error) {
        return expect(error).toBeInstanceOf(RangeError);
      }
    }
  }));
});
