import { expect } from "expect";
import fc from "fast-check";
import { anyApp } from "../../test_helpers/any_app.ts";
import { AppFixture, type AppParts } from "../../test_helpers/app.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import type { InstanceState } from "../models/instance_heartbeat.ts";
import { AppSnapshot } from "./app_snapshot.ts";
import { verifyStart } from "./verify_start.ts";

const fixture = new AppFixture();
const at = (index: number, state: InstanceState = "RUNNING") =>
  fixture.anotherInstanceAtIndex(index).heartbeat(state);
const verify = (parts: AppParts, instanceIndex = 0) =>
  verifyStart(
    queuedStart(fixture, { instanceIndex }).message,
    new AppSnapshot(fixture.app(parts)),
  );

Deno.test("verifyStart() sends what skips verification, whatever is known [VST-01] [EVC-10]", () => {
  const { message } = queuedStart(fixture, { skipVerification: true, instanceIndex: 9 });
  const whole = new AppSnapshot(fixture.app({ desired: 1, instances: [at(0)] }));
  expect(verifyStart(message, undefined)).toEqual({ send: true });
  expect(verifyStart(message, whole)).toEqual({ send: true });
});

Deno.test("verifyStart() does not start an app of which nothing is known [VST-02]", () => {
  expect(verifyStart(queuedStart(fixture).message, undefined))
    .toEqual({ send: false, why: "the app is not desired" });
});

const REFUSED: readonly (readonly [id: string, parts: AppParts, index: number, why: string])[] = [
  ["VST-03", { instances: [at(1)] }, 0, "the app is not desired"],
  ["VST-04] [VST-13", { desired: 1 }, 1, "index 1 is not desired"],
  ["VST-08] [VST-12", { desired: 1, instances: [at(0)] }, 0, "index 0 already starts or runs"],
  ["VST-09", { desired: 1, instances: [at(0, "STARTING")] }, 0, "index 0 already starts or runs"],
  ["HAZ-18", { desired: { packageState: "PENDING" } }, 0, "the app is not staged"],
  ["REG-21", { desired: { packageState: "FAILED" } }, 0, "the app is not staged"],
];

for (const [id, parts, index, why] of REFUSED) {
  Deno.test(`verifyStart() refuses because ${why} [${id}]`, () => {
    expect(verify(parts, index)).toEqual({ send: false, why });
  });
}

const SENT: readonly (readonly [id: string, parts: AppParts])[] = [
  ["VST-05", { desired: 1 }],
  ["VST-06", { desired: 1, instances: [at(1), at(2)] }],
  ["VST-07", { desired: 1, instances: [at(0, "CRASHED"), at(0, "CRASHED")] }],
  ["VST-10", { desired: 1, instances: [at(0, "EVACUATING")] }],
];

for (const [id, parts] of SENT) {
  Deno.test(`verifyStart() sends where nothing starts or runs [${id}]`, () => {
    expect(verify(parts)).toEqual({ send: true });
  });
}

Deno.test("verifyStart() never sends where something starts or runs", () => {
  fc.assert(fc.property(anyApp(), fc.nat(5), (app, instanceIndex) => {
    const verdict = verifyStart(
      queuedStart(app, { instanceIndex }).message,
      new AppSnapshot(app),
    );
    const served = app.instances.some((instance) =>
      instance.instanceIndex === instanceIndex &&
      (instance.state === "RUNNING" || instance.state === "STARTING")
    );
    const desired = app.desired !== undefined && instanceIndex < app.desired.instances &&
      app.desired.packageState === "STAGED";
    expect(verdict.send).toBe(desired && !served);
  }));
});
