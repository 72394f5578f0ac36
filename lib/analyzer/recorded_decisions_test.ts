import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { MirroredFleet } from "../../test_helpers/mirrored_fleet.ts";
import { RecordedDecisions } from "../../test_helpers/recorded_decisions.ts";
import { UNFENCED } from "../store/fence.ts";
import { StoreUnavailableError } from "../store/store_errors.ts";
import { Analyzer } from "./analyzer.ts";
import { MirroredAnalyzer } from "./mirrored_analyzer.ts";

const CONFIG = {
  pollingIntervalSeconds: 10,
  timeoutSeconds: 100,
  gracePeriodSeconds: 30,
  crashesBeforeBackoff: 3,
  startingBackoffSeconds: 30,
  maximumBackoffSeconds: 960,
  crashCountTtlSeconds: 1920,
};
const app = new AppFixture("app");
const extra = new AppFixture("extra");
const EXTRA_GUID = extra.instanceAtIndex(0).instanceGuid;

/** A fleet, an analyzer of either kind, and what it has recorded. */
class DecidingFleet extends MirroredFleet {
  readonly recorded = new RecordedDecisions();
  readonly analyzer: { pass(): Promise<unknown> };

  constructor(kind: "polls" | "mirrors") {
    super();
    const { switched: store, layout, time, random, log, metrics, mirror } = this;
    const deps = {
      ...{ store, layout, time, random, log, metrics, fence: UNFENCED, config: CONFIG },
      ...{ actualFreshnessTtlSeconds: 30, decisions: this.recorded },
    };
    this.analyzer = kind === "polls"
      ? new Analyzer(deps)
      : new MirroredAnalyzer({ ...deps, mirror });
    this.start();
  }

  /** One index is missing, and one instance is nobody's. */
  async lackAndExcess(): Promise<void> {
    await this.makeFresh();
    await this.desire(app.desiredState({ instances: 2 }));
    await this.report(app.heartbeat(1), { ...extra.heartbeat(1), deaGuid: "another" });
  }
}

for (const kind of ["polls", "mirrors"] as const) {
  Deno.test(`an analyzer that ${kind} records what it queues and why, and then nothing`, async () => {
    await using fleet = new DecidingFleet(kind);
    await fleet.lackAndExcess();
    await fleet.analyzer.pass();
    const expected = [
      "200 analyzer start_enqueued app[1] MISSING due 230: index 1 has no instance",
      expect.stringMatching(`^200 analyzer stop_enqueued ${EXTRA_GUID} EXTRA due 200: .+`),
    ];
    expect(fleet.recorded.lines).toEqual(expected);
    const [start] = Object.values(await fleet.read(fleet.layout.startPrefix));
    expect(fleet.recorded.decisions[0]?.messageId).toBe(JSON.parse(start ?? "")["message_id"]);
    fleet.time.advance(10_000);
    await fleet.analyzer.pass();
    expect(fleet.recorded.lines).toEqual(expected);
  });

  Deno.test(`an analyzer that ${kind} records nothing that it could not queue`, async () => {
    await using fleet = new DecidingFleet(kind);
    await fleet.lackAndExcess();
    fleet.switched.transactFails = () => new StoreUnavailableError("Cannot write: for this test");
    await expect(fleet.analyzer.pass()).rejects.toThrow("for this test");
    expect(fleet.recorded.lines).toEqual([]);
  });
}
