import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { queuedStart, queuedStop } from "../../test_helpers/queued_messages.ts";
import { RecordedDecisions } from "../../test_helpers/recorded_decisions.ts";
import { RecordingBus } from "../../test_helpers/recording_bus.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import { UNFENCED } from "../store/fence.ts";
import { MirroredSender } from "./mirrored_sender.ts";
import { Sender } from "./sender.ts";

const CONFIG = {
  pollingIntervalSeconds: 10,
  timeoutSeconds: 100,
  messageLimit: 1,
  startSubject: "hm9000.start",
  stopSubject: "hm9000.stop",
};
const app = new AppFixture("app");

/** A fleet, a sender of either kind, and what it has recorded. */
class SendingFleet extends MirroredFleet {
  readonly recorded = new RecordedDecisions();
  readonly sender: { pass(): Promise<unknown> };

  constructor(kind: "polls" | "mirrors") {
    super();
    const { switched: store, layout, time, log, metrics, mirror } = this;
    const deps = {
      ...{ store, layout, time, log, metrics, fence: UNFENCED, decisions: this.recorded },
      ...{ bus: new RecordingBus().asBus, config: CONFIG, actualFreshnessTtlSeconds: 30 },
    };
    this.sender = kind === "polls" ? new Sender(deps) : new MirroredSender({ ...deps, mirror });
    this.start();
  }

  /** `running` of two desired instances run. */
  async begin(running: number): Promise<void> {
    await this.makeFresh();
    await this.desire(app.desiredState({ instances: 2 }));
    await this.report(app.heartbeat(running));
  }

  async queueStarts(...starts: readonly Partial<PendingStartMessage>[]): Promise<void> {
    await this.outbox.enqueueStarts(
      starts.map((start) => ({ message: queuedStart(app.id, start).message })),
    );
  }
}

for (const kind of ["polls", "mirrors"] as const) {
  Deno.test(`a sender that ${kind} records what it sends and what lapses, and not what waits`, async () => {
    await using fleet = new SendingFleet(kind);
    await fleet.begin(0);
    await fleet.queueStarts({ instanceIndex: 0, keepAlive: 30 }, { instanceIndex: 1, sendOn: 999 });
    await fleet.sender.pass();
    const sent = "200 sender start_sent app[0] MISSING due 100: still needed";
    expect(fleet.recorded.lines).toEqual([sent]);
    fleet.time.advance(10_000);
    await fleet.sender.pass();
    expect(fleet.recorded.lines).toEqual([sent]);
    fleet.time.advance(20_000);
    await fleet.sender.pass();
    expect(fleet.recorded.lines).toEqual([
      sent,
      "230 sender start_expired app[0] MISSING due 100: " +
      "sent 30 s ago: from here on the analyzer judges anew",
    ]);
  });

  Deno.test(`a sender that ${kind} records one start within its limit, and no other`, async () => {
    await using fleet = new SendingFleet(kind);
    await fleet.begin(0);
    await fleet.queueStarts({ instanceIndex: 0 }, { instanceIndex: 1, skipVerification: true });
    await fleet.sender.pass();
    expect(fleet.recorded.lines).toHaveLength(1);
  });

  Deno.test(`a sender that ${kind} records why it drops, and where it stops`, async () => {
    await using fleet = new SendingFleet(kind);
    await fleet.begin(3);
    await fleet.queueStarts({ instanceIndex: 0 });
    const [kept, stopped] = [0, 2].map((index) => app.instanceAtIndex(index).instanceGuid);
    await fleet.outbox.enqueueStops(
      [kept, stopped].map((guid) => queuedStop(app.id, { instanceGuid: guid ?? "" }).message),
    );
    await fleet.sender.pass();
    expect(fleet.recorded.lines).toEqual([
      "200 sender start_dropped app[0] MISSING due 100: index 0 already starts or runs",
      `200 sender stop_dropped ${kept} EXTRA due 100: nothing else runs at index 0`,
      `200 sender stop_sent ${stopped} EXTRA due 100: nobody wants it at index 2`,
    ]);
    expect(fleet.recorded.decisions.at(-1)?.instanceIndex).toBe(2);
  });
}

Deno.test("a sender records who goes on where a duplicate is stopped, and what it did not look at", async () => {
  await using fleet = new SendingFleet("polls");
  await fleet.begin(1);
  const duplicate = app.anotherInstanceAtIndex(0).heartbeat();
  await fleet.put(fleet.layout.presenceKey("dea-2"), "dea-2");
  await fleet.report({ deaGuid: "dea-2", instances: [{ ...duplicate, deaGuid: "dea-2" }] });
  const { instanceGuid } = duplicate;
  await fleet.outbox.enqueueStops([queuedStop(app.id, { instanceGuid }).message]);
  await fleet.queueStarts({ instanceIndex: 0, skipVerification: true, reason: "EVACUATING" });
  await fleet.sender.pass();
  const survivor = app.instanceAtIndex(0).instanceGuid;
  expect(fleet.recorded.lines).toEqual([
    "200 sender start_sent app[0] EVACUATING due 100: sent without looking at the app",
    `200 sender stop_sent ${instanceGuid} EXTRA due 100: ${survivor} goes on at index 0`,
  ]);
});
