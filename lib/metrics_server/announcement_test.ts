import { expect } from "expect";
import { announcementToJson, reachableHost } from "./announcement.ts";

Deno.test("announcementToJson() is what collectors read [MET-01]", () => {
  const credentials = { user: "user", password: "pass" };
  const announcement = { host: "10.0.0.1", port: 7879, credentials, uuid: "id" };
  expect(JSON.parse(announcementToJson(announcement))).toEqual({
    "type": "HM9000",
    "index": 0,
    "host": "10.0.0.1:7879",
    "uuid": "0-id",
    "credentials": ["user", "pass"],
  });
  expect(JSON.parse(announcementToJson({ ...announcement, host: "fd00::1" })).host)
    .toBe("[fd00::1]:7879");
});

Deno.test("reachableHost() is the host name where every address is listened on", () => {
  const hosts = ["10.0.0.1", "[::1]", "0.0.0.0", "::", "[::]"].map((one) =>
    reachableHost(one, "name")
  );
  expect(hosts).toEqual(["10.0.0.1", "::1", "name", "name", "name"]);
});
