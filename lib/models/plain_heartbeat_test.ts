import { expect } from "expect";
import fc from "fast-check";
import { checkHeartbeat, parseAnyHeartbeat, parseHeartbeat } from "./heartbeat.ts";
import { INSTANCE_STATES } from "./instance_heartbeat.ts";
import { readPlainHeartbeat } from "./plain_heartbeat.ts";

const DROPLET = {
  "cc_partition": "default",
  "droplet": "app",
  "version": "v",
  "instance": "i",
  "index": 7,
  "state": "RUNNING",
  "state_timestamp": 1_700_000_000.25,
};

const withDroplets = (...droplets: readonly unknown[]) =>
  JSON.stringify({ "dea": "dea", "droplets": droplets });

/** What parseHeartbeat() makes of a text: a heartbeat, or why it is none. */
function outcome(read: (text: string) => unknown, text: string): unknown {
  try {
    return read(text);
  } catch (error) {
    return String(error);
  }
}

/** Whoever reads a text, in whatever form, makes the same of it. */
function same(text: string): void {
  const expected = outcome(parseAnyHeartbeat, text);
  expect(outcome(parseHeartbeat, text)).toEqual(expected);
  const bytes = new TextEncoder().encode(text);
  expect(outcome(() => parseHeartbeat(bytes), text)).toEqual(
    outcome(() => parseAnyHeartbeat(bytes), text),
  );
  const checked = outcome(() => checkHeartbeat(bytes), text);
  expect(checked).toEqual(outcome(() => {
    const { heartbeat, rejected } = parseAnyHeartbeat(bytes);
    return { deaGuid: heartbeat.deaGuid, rejected };
  }, text));
}

Deno.test("readPlainHeartbeat() reads what a DEA writes, whatever the order of its fields [MOD-11]", () => {
  const reversed = Object.fromEntries(Object.entries(DROPLET).reverse());
  for (const droplet of [DROPLET, reversed]) {
    const text = withDroplets(droplet, { ...droplet, "instance": "j", "index": 0 });
    const read = readPlainHeartbeat(text);
    expect(read?.instances.map((instance) => instance.instanceIndex)).toEqual([7, 0]);
    expect({ heartbeat: read, rejected: [] }).toEqual(parseAnyHeartbeat(text));
  }
  const last = '{"droplets":[' + JSON.stringify(DROPLET) + '],"dea":"dea","more":{"of":[1]}}';
  expect(readPlainHeartbeat(last)?.deaGuid).toBe("dea");
});

const NOT_PLAIN: Readonly<Record<string, string>> = {
  "it has no instances": '{"dea":"dea","droplets":[]}',
  "there are blanks": JSON.stringify({ "dea": "dea", "droplets": [DROPLET] }, null, 1),
  "an order changes": withDroplets(
    DROPLET,
    Object.fromEntries(Object.entries(DROPLET).reverse()),
  ),
  "a field lacks": withDroplets({ ...DROPLET, "state": undefined }),
  "an instance is impossible": withDroplets(DROPLET, { ...DROPLET, "index": 1_000_000 }),
  "a value has an escape": withDroplets({ ...DROPLET, "cc_partition": "\n" }),
  "a value is an object": withDroplets({ ...DROPLET, "limits": {} }),
  "there are two lists": `{"x":${withDroplets(DROPLET)},"droplets":[],"dea":"dea"}`,
  "the list is somebody else's": `{"dea":"dea","x":{"droplets":[${JSON.stringify(DROPLET)}]}}`,
  "a second list has another spelling": `{"dea":"dea","droplets":[${
    JSON.stringify(DROPLET)
  }],"droplet\\u0073":[]}`,
  "it goes on after its end": withDroplets(DROPLET) + "x",
  "the list does not end": withDroplets(DROPLET).slice(0, -2),
  "the DEA has no guid": `{"dea":"no guid!","droplets":[${JSON.stringify(DROPLET)}]}`,
  "it is not ASCII": withDroplets({ ...DROPLET, "cc_partition": "\u00e9" }),
  "its other fields are not ASCII": `{"x":"\u00e9",${withDroplets(DROPLET).slice(1)}`,
  "a name is longer than any": withDroplets({ ...DROPLET, ["x".repeat(10_000)]: 1 }),
};

for (const [why, text] of Object.entries(NOT_PLAIN)) {
  Deno.test(`readPlainHeartbeat() leaves a heartbeat to others when ${why}`, () => {
    expect(readPlainHeartbeat(text)).toBeUndefined();
    same(text);
  });
}

const LIST = '"droplets":[';

const odd = fc.constantFrom<unknown>(
  null,
  "",
  "no guid!",
  7,
  -0,
  1e300,
  true,
  {},
  [],
  "\\",
  "\u00e9",
);
const value = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: odd });
const guid = value(fc.constantFrom("a", "b-1", "x".repeat(200), "x".repeat(201)));
const element = fc.record({
  "droplet": guid,
  "version": guid,
  "instance": guid,
  "index": value(fc.constantFrom(0, -0, 3, 999_999, 1_000_000, -1, 1.5, "1")),
  "state": value(fc.constantFrom(...INSTANCE_STATES)),
  "state_timestamp": value(fc.constantFrom(0, 1.27, -5, 1e15, 1e16, 999_999_999_999_999.9, "1")),
  "cc_partition": value(fc.constantFrom("default", "$1", "a.b")),
});

Deno.test("parseHeartbeat() says the same of a heartbeat, plain or not [MOD-11]", () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.array(element, { maxLength: 4 }), (droplets) => {
      const text = withDroplets(...droplets);
      if (readPlainHeartbeat(text) !== undefined) plain += 1;
      same(text);
      // Few are plain in all their parts: of so many, some are.
    }),
    { numRuns: 2_000 },
  );
  expect(plain).toBeGreaterThan(0);
});

Deno.test("parseHeartbeat() says the same of a heartbeat of which a part was changed", () => {
  const text = withDroplets(DROPLET, { ...DROPLET, "instance": "j" }, DROPLET);
  const piece = fc.oneof(
    fc.constantFrom(
      '"',
      "\\",
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      " ",
      "0",
      "-",
      ".",
      "e5",
      LIST,
      "null",
    ),
    fc.string({ maxLength: 3 }),
  );
  const change = fc.tuple(fc.nat(text.length), fc.nat(6), piece);
  fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
    same(changes.reduce((all, [at, length, insert]) => {
      return all.slice(0, at) + insert + all.slice(at + length);
    }, text));
  }));
});
