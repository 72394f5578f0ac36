import { expect } from "expect";
import fc from "fast-check";
import { AppFixture } from "../../test_helpers/app.ts";
import { heartbeatToWire, parseHeartbeat, summarizeHeartbeat } from "./heartbeat.ts";
import { INSTANCE_STATES } from "./instance_heartbeat.ts";
import { ParseError } from "./parse_error.ts";

const fixture = new AppFixture();
const DROPLET = {
  "droplet": "app",
  "version": "app-version",
  "instance": "app-version-instance-0",
  "index": 0,
  "state": "RUNNING",
  "state_timestamp": 1123.2,
};
const INSTANCE = fixture.instanceAtIndex(0).heartbeat("RUNNING", 1123.2);

const withDroplets = (...droplets: readonly unknown[]) =>
  JSON.stringify({ "dea": "dea", "droplets": droplets });

Deno.test("parseHeartbeat() puts every instance on the DEA that speaks, whatever it says itself [MOD-11]", () => {
  const payload = withDroplets({ ...DROPLET, "dea_guid": "liar", "cc_partition": "default" });
  expect(parseHeartbeat(new TextEncoder().encode(payload)))
    .toEqual({ heartbeat: { deaGuid: "dea", instances: [INSTANCE] }, rejected: [] });
});

Deno.test("parseHeartbeat() reads what heartbeatToWire() writes", () => {
  const instance = fc.record({
    index: fc.nat(999_999),
    state: fc.constantFrom(...INSTANCE_STATES),
    time: fc.double({ min: -1e15, max: 1e15, noNaN: true }).map((seconds) => seconds + 0),
  }).map(({ index, state, time }) => fixture.anotherInstanceAtIndex(index).heartbeat(state, time));
  fc.assert(fc.property(fc.array(instance), (instances) => {
    const heartbeat = { deaGuid: "dea", instances };
    const parsed = parseHeartbeat(JSON.stringify(heartbeatToWire(heartbeat)));
    expect(parsed).toEqual({ heartbeat, rejected: [] });
  }));
});

Deno.test("parseHeartbeat() takes an empty DEA, and missing or null lists, for one [REG-08]", () => {
  const empty = { heartbeat: { deaGuid: "dea", instances: [] }, rejected: [] };
  expect(parseHeartbeat('{"dea":"dea","droplets":[]}')).toEqual(empty);
  expect(parseHeartbeat('{"dea":"dea","droplets":null}')).toEqual(empty);
  expect(parseHeartbeat('{"dea":"dea"}')).toEqual(empty);
});

Deno.test("parseHeartbeat() does not mind the case of field names", () => {
  expect(parseHeartbeat('{"DEA":"dea","Droplets":[]}').heartbeat.deaGuid).toBe("dea");
});

Deno.test("parseHeartbeat() goes by the last of two equal fields, and by the exact name first", () => {
  expect(parseHeartbeat('{"dea":"first","dea":"dea"}').heartbeat.deaGuid).toBe("dea");
  expect(parseHeartbeat('{"DEA":"other","dea":"dea"}').heartbeat.deaGuid).toBe("dea");
});

const LEFT_OUT: readonly (readonly [part: unknown, problem: string])[] = [
  [{ "state": "SLEEPING" }, 'state: "SLEEPING" is not one of STARTING, RUNNING'],
  [{ "state": "" }, 'state: "" is not one of'],
  [{ "state": "running" }, "state: "],
  [{ "index": -1 }, "index: -1 is not an index (0 to 999999)"],
  [{ "index": 1_000_000 }, "index: 1000000 is not an index"],
  [{ "instance": "a/b" }, 'instance: "a/b" is not a guid'],
  [{ "instance": "" }, "instance: "],
  [{ "droplet": "x".repeat(201) }, "droplet: "],
  [{ "version": "1,2" }, "version: "],
  [{ "state_timestamp": 1e21 }, "state_timestamp: 1e+21 is not a time in seconds"],
  [{ "state_timestamp": -1e300 }, "state_timestamp: -1e+300 is not a time in seconds"],
];

for (const [part, problem] of LEFT_OUT) {
  Deno.test(`parseHeartbeat() leaves out an instance with ${JSON.stringify(part).slice(0, 60)}`, () => {
    const payload = withDroplets({ ...DROPLET, ...(part as object) }, DROPLET);
    const { heartbeat, rejected } = parseHeartbeat(payload);
    expect(heartbeat.instances).toEqual([INSTANCE]);
    expect(rejected.map(({ message }) => message)).toEqual([expect.stringContaining(problem)]);
  });
}

Deno.test("parseHeartbeat() leaves out a null instance, which is one of zero values", () => {
  const { heartbeat, rejected } = parseHeartbeat(withDroplets(null, DROPLET));
  expect(heartbeat.instances).toEqual([INSTANCE]);
  expect(rejected.length).toBe(1);
});

Deno.test("parseHeartbeat() takes a negative zero for zero", () => {
  const payload = withDroplets(DROPLET).replace('"index":0', '"index":-0');
  expect(parseHeartbeat(payload).heartbeat.instances).toEqual([INSTANCE]);
});

const REFUSED: readonly (readonly [what: string, payload: string | Uint8Array])[] = [
  ["nothing", ""],
  ["no JSON", "ß"],
  ["half of it", '{"dea":"dea","droplets":['],
  ["bytes that are not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
  ["NaN, which JSON has not", '{"dea":"dea","droplets":[{"index":NaN}]}'],
  ["null", "null"],
  ["an array", "[]"],
  ["text", '"dea"'],
  ["no DEA", '{"droplets":[]}'],
  ["a DEA that is a number", '{"dea":7}'],
  ["a DEA that climbs", '{"dea":"../../root"}'],
  ["droplets that are an object", '{"dea":"dea","droplets":{}}'],
  ["droplets that are text", '{"dea":"dea","droplets":"[]"}'],
  ["a droplet that is a number", withDroplets(DROPLET, 7)],
  ["a droplet that is a list", withDroplets(DROPLET, [])],
  ["an index that is text", withDroplets({ ...DROPLET, "index": "0" })],
  ["a fractional index", withDroplets({ ...DROPLET, "index": 0.5 })],
  ["an index without end", withDroplets(DROPLET).replace('"index":0', '"index":1e999')],
  ["an index that is true", withDroplets({ ...DROPLET, "index": true })],
  ["a state that is a number", withDroplets({ ...DROPLET, "state": 1 })],
  ["a timestamp that is text", withDroplets({ ...DROPLET, "state_timestamp": "now" })],
  ["a guid that is an object", withDroplets({ ...DROPLET, "instance": {} })],
  ["a wrong type behind a bad value", withDroplets({ ...DROPLET, "state": "?", "index": "0" })],
  ["lists in lists in lists", `{"dea":"dea","droplets":${"[".repeat(1e5)}${"]".repeat(1e5)}}`],
  ["lists without end", "[".repeat(1e6)],
];

for (const [what, payload] of REFUSED) {
  Deno.test(`parseHeartbeat() refuses ${what} [MOD-12]`, () => {
    expect(() => parseHeartbeat(payload)).toThrow(ParseError);
  });
}

Deno.test("parseHeartbeat() is not fooled by __proto__ and its like", () => {
  const payload =
    `{"__proto__":{"dea":"evil"},"constructor":{"prototype":{"dea":"evil"}},"droplets":[]}`;
  expect(() => parseHeartbeat(payload)).toThrow("dea: ");
  const inside = withDroplets(DROPLET).replace(
    '{"droplet"',
    '{"__proto__":{"state":"?"},"droplet"',
  );
  expect(parseHeartbeat(inside).heartbeat.instances).toEqual([INSTANCE]);
  expect(Object.hasOwn(Object.prototype, "dea")).toBe(false);
});

Deno.test("parseHeartbeat() names the place of a fault, and quotes little of it", () => {
  const payload = withDroplets(DROPLET, { ...DROPLET, "index": "x".repeat(1e6) });
  let message = "";
  try {
    parseHeartbeat(payload);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain("Cannot read heartbeat: droplets[1].index: ");
  expect(message.length).toBeLessThan(300);
});

Deno.test("parseHeartbeat() throws nothing but ParseError, whatever it is sent", () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      fc.constantFrom("dea", "RUNNING", "", null, true),
      fc.double(),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...Object.keys(DROPLET), "dea", "droplets", "DEA"), tie("any")),
    ),
  })).any;
  fc.assert(fc.property(value, fc.option(fc.nat(40)), (any, cut) => {
    const json = JSON.stringify(any);
    const payload = cut === null ? json : json.slice(0, cut);
    try {
      parseHeartbeat(payload);
    } catch (error) {
      expect(error).toBeInstanceOf(ParseError);
    }
  }));
});

Deno.test("summarizeHeartbeat() counts each state by itself [MOD-13]", () => {
  const instances = INSTANCE_STATES.map((state) => fixture.instanceAtIndex(0).heartbeat(state));
  const one = { deaGuid: "dea", starting: 1, running: 1, crashed: 1, evacuating: 1 };
  expect(summarizeHeartbeat({ deaGuid: "dea", instances })).toEqual(one);
  const twice = [...instances, fixture.instanceAtIndex(0).heartbeat("CRASHED")];
  expect(summarizeHeartbeat({ deaGuid: "dea", instances: twice })).toEqual({ ...one, crashed: 2 });
});
