import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { dropletExitedToJson, isEvacuation, parseDropletExited } from "./droplet_exited.ts";
import { ParseError } from "./parse_error.ts";

const instance = new AppFixture().instanceAtIndex(1);
const WIRE = {
  "cc_partition": "default",
  "droplet": "app",
  "version": "app-version",
  "instance": "app-version-instance-1",
  "index": 1,
  "reason": "CRASHED",
  "exit_status": 137,
  "exit_description": "out of memory",
  "crash_timestamp": 1_390_000_000,
};

Deno.test("parseDropletExited() reads all fields, dropletExitedToJson() writes them [MOD-19]", () => {
  const exited = parseDropletExited(JSON.stringify(WIRE));
  expect(exited).toEqual({
    ...instance.exited("CRASHED"),
    exitStatus: 137,
    exitDescription: "out of memory",
    crashTimestamp: 1_390_000_000,
  });
  expect(JSON.parse(dropletExitedToJson(exited))).toEqual(WIRE);
});

Deno.test("dropletExitedToJson() leaves a crash timestamp of 0 out [MOD-19]", () => {
  const json = dropletExitedToJson(instance.exited("STOPPED"));
  expect(json).not.toContain("crash_timestamp");
  expect(parseDropletExited(json)).toEqual(instance.exited("STOPPED"));
});

Deno.test("isEvacuation() knows the two reasons of a DEA that leaves [EVC-03] [EVC-04]", () => {
  const evacuating = (reason: string) => isEvacuation(instance.exited(reason));
  expect(["DEA_EVACUATION", "DEA_SHUTDOWN"].map(evacuating)).toEqual([true, true]);
  expect(["STOPPED", "CRASHED", "", "dea_evacuation"].map(evacuating))
    .toEqual([false, false, false, false]);
});

const BROKEN = [
  "ß",
  "null",
  "{}",
  '{"droplet":"app"}',
  '{"droplet":"app","version":"v","index":"1"}',
  '{"droplet":"app","version":"v","index":-1}',
  '{"droplet":"app","version":"v","index":1e6}',
  '{"droplet":"a/b","version":"v","index":1}',
  '{"droplet":"app","version":"v","reason":{}}',
];

for (const json of BROKEN) {
  Deno.test(`parseDropletExited() refuses ${json} [MOD-22] [EVC-02]`, () => {
    expect(() => parseDropletExited(json)).toThrow(ParseError);
  });
}
