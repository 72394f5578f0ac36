import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { heartbeatToWire } from "../models/heartbeat.ts";
import { plainText } from "../terminal/styled_text.ts";
import { renderTapped, tappedToJson } from "./render_tapped.ts";
import { aboutApp, readTapped } from "./tapped_message.ts";

const HEARD = { atMs: 1_700_000_000_123, subject: "some.subject", inDetail: false };
const HOSTILE = "a\x1b[2J\x9b1m\u202eb";

const START = {
  "droplet": "shop",
  "version": "v1",
  "instance_index": 3,
  "message_id": "id-1",
};
const STOP = { ...START, "instance_guid": "i-3", "is_duplicate": true };

function bytes(message: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

function line(...[tapped, heard = HEARD]: Parameters<typeof renderTapped>): string {
  return plainText(renderTapped(tapped, heard));
}

Deno.test("renderTapped() shows starts, stops and heartbeats on a line each", () => {
  expect(line(readTapped("starts", bytes(START)), HEARD)).toBe(
    "22:13:20.123  START shop/3  version v1  message id-1",
  );
  expect(line(readTapped("stops", bytes(STOP)), HEARD)).toBe(
    "22:13:20.123  STOP  shop/3  version v1  instance i-3  duplicate  message id-1",
  );
  const app = new AppFixture("app");
  const instances = [...app.runningInstances(2), app.instanceAtIndex(2).heartbeat("CRASHED")];
  const beat = heartbeatToWire({ deaGuid: "dea-1", instances });
  expect(line(readTapped("heartbeats", bytes(beat)), HEARD)).toBe(
    "22:13:20.123  BEAT  dea-1  2 running, 1 crashed",
  );
  expect(line(readTapped("heartbeats", bytes({ "dea": "dea-1" })), HEARD)).toContain("no instance");
});

Deno.test("renderTapped() names the instances of one app, and says how many cannot be read", () => {
  const [mine, other] = [new AppFixture("mine"), new AppFixture("other")];
  const instances = [...mine.runningInstances(1), ...other.runningInstances(5)];
  const wire = heartbeatToWire({ deaGuid: "dea-1", instances });
  const droplets = [...wire["droplets"] as unknown[], { "droplet": "a b" }];
  const tapped = aboutApp(
    readTapped("heartbeats", bytes({ ...wire, "droplets": droplets })),
    "mine",
  );
  expect(tapped).toBeDefined();
  expect(line(tapped ?? { kind: "bad", error: "", bytes: 0 }, { ...HEARD, inDetail: true })).toBe(
    "22:13:20.123  BEAT  dea-1  mine-version/0 RUNNING  1 that cannot be read",
  );
});

Deno.test("a message that cannot be read is shown as such, whichever app is asked for", () => {
  const bad = readTapped("starts", new TextEncoder().encode("\x1b]0;pwned\x07"));
  expect(bad.kind).toBe("bad");
  expect(aboutApp(bad, "any")).toBe(bad);
  expect(line(bad, HEARD)).toMatch(/BAD {3}Cannot read start message: .* 10 bytes$/);
  expect(line(bad, HEARD)).not.toContain("\x1b");
});

Deno.test("nothing a sender writes reaches the terminal as an order", () => {
  const stop = { ...STOP, "droplet": HOSTILE, "version": HOSTILE, "instance_guid": HOSTILE };
  const start = { ...START, "droplet": HOSTILE, "message_id": HOSTILE };
  const tapped = [readTapped("stops", bytes(stop)), readTapped("starts", bytes(start))];
  for (const message of tapped) {
    for (const text of [line(message, HEARD), tappedToJson(message, HEARD)]) {
      // deno-lint-ignore no-control-regex -- controls are what must not be there
      expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
    }
  }
  expect(JSON.parse(tappedToJson(tapped[0] ?? readTapped("starts", bytes({})), HEARD))).toEqual({
    "time": "2023-11-14T22:13:20.123Z",
    "subject": "some.subject",
    "kind": "stop",
    "message": stop,
  });
});
