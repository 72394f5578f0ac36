import { expect } from "expect";
import { AppFixture, type AppParts } from "../../test_helpers/app.ts";
import { queuedStop } from "../../test_helpers/queued_messages.ts";
import { AppSnapshot } from "./app_snapshot.ts";
import { verifyStop } from "./verify_stop.ts";

const fixture = new AppFixture();
const target = fixture.instanceAtIndex(0);
const extra = fixture.instanceAtIndex(1);
const beside = fixture.anotherInstanceAtIndex(0);
const alsoBeside = fixture.anotherInstanceAtIndex(0);

const verify = (parts: AppParts, instance = target) =>
  verifyStop(
    queuedStop(fixture, { instanceGuid: instance.instanceGuid }).message,
    new AppSnapshot(fixture.app(parts)),
  );

Deno.test("verifyStop() does not stop an app of which nothing is known [VSP-01]", () => {
  const { message } = queuedStop(fixture, { instanceGuid: target.instanceGuid });
  expect(verifyStop(message, undefined))
    .toEqual({ send: false, why: "the app is neither desired nor seen" });
});

Deno.test("verifyStop() stops an instance of an undesired app [VSP-02]", () => {
  const instance = target.heartbeat();
  expect(verify({ instances: [instance] })).toEqual({ send: true, instance, isDuplicate: false });
});

Deno.test("verifyStop() stops an instance at an undesired index [VSP-03]", () => {
  const instance = extra.heartbeat();
  expect(verify({ desired: 1, instances: [target.heartbeat(), instance] }, extra))
    .toEqual({ send: true, instance, isDuplicate: false });
});

Deno.test("verifyStop() stops an instance when another runs at its index [VSP-04]", () => {
  const instance = target.heartbeat();
  const survivor = beside.heartbeat();
  expect(verify({ desired: 1, instances: [instance, survivor] }))
    .toEqual({ send: true, instance, isDuplicate: true, survivor });
});

Deno.test("verifyStop() stops a starting instance when another runs at its index", () => {
  const instance = target.heartbeat("STARTING");
  const survivor = beside.heartbeat();
  expect(verify({ desired: 1, instances: [instance, survivor] }))
    .toEqual({ send: true, instance, isDuplicate: true, survivor });
});

Deno.test("verifyStop() takes no crashed instance for a replacement, nor stops one [VSP-05]", () => {
  const running = { desired: 1, instances: [target.heartbeat(), beside.heartbeat("CRASHED")] };
  expect(verify(running)).toEqual({ send: false, why: "nothing else runs at index 0" });
  expect(verify(running, beside)).toEqual({ send: false, why: "the instance has crashed" });
});

Deno.test("verifyStop() keeps the only one that runs [VSP-06] [VSP-12]", () => {
  expect(verify({ desired: 1, instances: [target.heartbeat()] }))
    .toEqual({ send: false, why: "nothing else runs at index 0" });
});

Deno.test("verifyStop() does not take a starting instance for a replacement [HAZ-09]", () => {
  const instances = [target.heartbeat(), beside.heartbeat("STARTING")];
  expect(verify({ desired: 1, instances }))
    .toEqual({ send: false, why: "nothing else runs at index 0" });
});

Deno.test("verifyStop() stops an evacuating instance even if nothing else runs [VSP-07]", () => {
  const instance = target.heartbeat("EVACUATING");
  expect(verify({ desired: 1, instances: [instance] }))
    .toEqual({ send: true, instance, isDuplicate: true });
});

Deno.test("verifyStop() drops a stop whose instance is gone [VSP-08] [VSP-10] [VSP-11] [HAZ-10]", () => {
  const gone = { send: false, why: "the instance is gone" };
  expect(verify({ desired: 1 })).toEqual(gone);
  expect(verify({ desired: 1, instances: [beside.heartbeat(), alsoBeside.heartbeat()] }))
    .toEqual(gone);
  expect(verify({ instances: [beside.heartbeat()] })).toEqual(gone);
});

Deno.test("verifyStop() stops an instance of an app of which 0 are desired [VSP-13]", () => {
  const instance = target.heartbeat();
  expect(verify({ desired: 0, instances: [instance] }))
    .toEqual({ send: true, instance, isDuplicate: false });
});

Deno.test("verifyStop() asks first whether it is desired, then whether it evacuates, then who else runs [VSP-09]", () => {
  const crowd = [target.heartbeat("EVACUATING"), beside.heartbeat(), alsoBeside.heartbeat()];
  const duplicate = (parts: AppParts) => {
    const verdict = verify(parts);
    return verdict.send ? verdict.isDuplicate : verdict.why;
  };
  const cases: [parts: AppParts, outcome: boolean | string][] = [
    [{ instances: crowd }, false],
    [{ desired: 0, instances: crowd }, false],
    [{ desired: 1, instances: crowd.slice(0, 1) }, true],
    [{ desired: 1, instances: [target.heartbeat(), ...crowd.slice(1)] }, true],
    [
      { desired: 1, instances: [target.heartbeat("CRASHED"), ...crowd.slice(1)] },
      "the instance has crashed",
    ],
    [{ desired: 1, instances: [target.heartbeat()] }, "nothing else runs at index 0"],
    [{ desired: 1, instances: crowd.slice(1) }, "the instance is gone"],
  ];
  for (const [parts, outcome] of cases) expect(duplicate(parts)).toBe(outcome);
});

Deno.test("verifyStop() asks of an instance that two DEAs report that both reports allow it", () => {
  const leaving = target.heartbeat("EVACUATING");
  const resumed = target.onDea("reborn").heartbeat();
  expect(verify({ desired: 1, instances: [leaving, resumed] }))
    .toEqual({ send: false, why: "nothing else runs at index 0" });
  const survivor = beside.heartbeat();
  expect(verify({ desired: 1, instances: [leaving, resumed, survivor] }))
    .toEqual({ send: true, instance: resumed, isDuplicate: true, survivor });
});
