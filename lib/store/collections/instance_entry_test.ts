import { expect } from "expect";
import fc from "fast-check";
import {
  INSTANCE_STATES,
  type InstanceHeartbeat,
  instanceHeartbeatFromCsv,
} from "../../models/instance_heartbeat.ts";
import { ParseError } from "../../models/parse_error.ts";
import { StoreLayout } from "../layout.ts";
import { putInstance } from "./actual_state.ts";
import { InstanceDecoder, RememberedApps } from "./instance_entry.ts";

const layout = new StoreLayout({ schemaVersion: 1 });
const guid = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,12}$/);
const instances: fc.Arbitrary<InstanceHeartbeat> = fc.record({
  appGuid: guid,
  appVersion: guid,
  instanceGuid: guid,
  deaGuid: guid,
  instanceIndex: fc.integer({ min: 0, max: 999_999 }),
  state: fc.constantFrom(...INSTANCE_STATES),
  stateTimestamp: fc.integer({ min: -100, max: 2_000_000_000 }).map((tenths) => tenths / 10),
});

function entryOf(instance: InstanceHeartbeat): { key: string; value: string } {
  const mutation = putInstance(layout, instance);
  if (mutation.kind !== "put") throw new TypeError("Not a put");
  return mutation;
}

Deno.test("InstanceDecoder reads what putInstance() wrote, whatever the order [STO-01]", () => {
  fc.assert(fc.property(fc.array(instances, { maxLength: 20 }), (written) => {
    const decoder = new InstanceDecoder(layout, new RememberedApps());
    const read = written.map((instance) => decoder.decode(entryOf(instance)).instance);
    expect(read).toEqual(written);
  }));
});

const KEY = "/hm/v1/apps/actual/dea/app,version,instance";
const VALUES = fc.oneof(
  fc.stringMatching(/^[0-9]{0,7},(RUNNING|CRASHED|NAPPING),-?[0-9]{1,4}(\.[0-9]{0,2})?$/),
  fc.string({ maxLength: 12 }),
);

Deno.test("InstanceDecoder accepts exactly the values that the model does [MOD-08]", () => {
  const id = { deaGuid: "dea", appGuid: "app", appVersion: "version", instanceGuid: "instance" };
  const outcome = (read: () => InstanceHeartbeat) => {
    try {
      return read();
    } catch (error) {
      expect(error).toBeInstanceOf(ParseError);
      return "refused";
    }
  };
  fc.assert(fc.property(VALUES, (value) => {
    const decoder = new InstanceDecoder(layout, new RememberedApps());
    expect(outcome(() => decoder.decode({ key: KEY, value }).instance))
      .toEqual(outcome(() => instanceHeartbeatFromCsv(id, value)));
  }));
});

const BAD_KEYS = [
  "/hm/v1/apps/actual/plain",
  "/hm/v1/apps/actual/dea/app",
  "/hm/v1/apps/actual/dea/app,instance",
  "/hm/v1/apps/actual/dea/app,version,instance,more",
  "/hm/v1/apps/actual/dea/app,version,instance/more",
  "/hm/v1/apps/actual/dea/app,version,",
  "/hm/v1/apps/actual/d a/app,version,instance",
  "/hm/v1/apps/actual//app,version,instance",
  "/hm/v1/apps/desired/dea/app,version,instance",
];
for (const key of BAD_KEYS) {
  Deno.test(`InstanceDecoder refuses the key ${key}, and then reads on [STO-28] [STO-29]`, () => {
    const decoder = new InstanceDecoder(layout, new RememberedApps());
    decoder.decode({ key: KEY, value: "0,RUNNING,1.0" });
    expect(() => decoder.decode({ key, value: "0,RUNNING,1.0" })).toThrow(ParseError);
    expect(decoder.decode({ key: KEY, value: "1,CRASHED,1.0" }).instance.instanceIndex).toBe(1);
  });
}
