import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { ServedFleet } from "../../test_helpers/served_fleet.ts";
import type { Decision } from "../models/decision.ts";

const app = new AppFixture("app");

const SENT: Decision = {
  ...{ at: 200, component: "sender", kind: "start_sent", ...app.id },
  ...{ reason: "MISSING", why: "" },
};

/** Reads the events of one answer. */
class Follower {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";

  constructor(response: Response) {
    if (response.body === null) throw new TypeError("There is no body");
    this.response = response;
    this.#reader = response.body.getReader();
  }

  /** The next block of text, between two empty lines; undefined at the end. */
  async next(): Promise<string | undefined> {
    while (!this.#text.includes("\n\n")) {
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#text += new TextDecoder().decode(value);
    }
    const end = this.#text.indexOf("\n\n");
    const block = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    return block;
  }

  /** The next event of a kind: its data, and its id. */
  async event(
    kind: string,
  ): Promise<{ readonly data: Record<string, unknown>; readonly id: string }> {
    for (;;) {
      const block = await this.next();
      if (block === undefined) throw new Error(`The events ended before "${kind}"`);
      const lines = new Map(
        block.split("\n").map((line) => {
          const colon = line.indexOf(": ");
          return [line.slice(0, colon), line.slice(colon + 2)];
        }),
      );
      if (lines.get("event") !== kind) continue;
      return { data: JSON.parse(lines.get("data") ?? ""), id: lines.get("id") ?? "" };
    }
  }

  async stop(): Promise<void> {
    await this.#reader.cancel();
  }
}

class Fixture extends ServedFleet {
  readonly #stop = new AbortController();
  readonly #telling: Promise<void>;

  constructor() {
    super();
    this.start();
    this.#telling = this.sources.hub.run(this.#stop.signal);
  }

  async follow(lastEventId?: string): Promise<Follower> {
    const headers = lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId };
    return new Follower(await this.get("/v1/events", { headers }));
  }

  async stopTelling(): Promise<void> {
    this.#stop.abort();
    await this.#telling;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.stopTelling();
    await super[Symbol.asyncDispose]();
  }
}

Deno.test("GET /v1/events tells how the fleet is, and again once it is different, once a second", async () => {
  await using fleet = new Fixture();
  await fleet.makeFresh();
  const follower = await fleet.follow();
  expect(follower.response.headers.get("content-type")).toBe("text/event-stream");
  expect((await follower.event("fleet")).data).toMatchObject({
    "stale_because": null,
    "apps": { "all": 0 },
  });
  await fleet.time.waitForSleeper();
  await fleet.desire(app.desiredState({ instances: 2 }));
  fleet.time.advance(1_000);
  expect((await follower.event("fleet")).data).toMatchObject({
    "apps": { "desired": 1 },
    "instances": { "missing": 2 },
  });
  await follower.stop();
  expect(fleet.sources.hub.clients).toBe(0);
});

Deno.test("GET /v1/events tells that what is known became stale [I16]", async () => {
  await using fleet = new Fixture();
  await fleet.makeFresh();
  const follower = await fleet.follow();
  await follower.event("fleet");
  await fleet.time.waitForSleeper();
  fleet.cutOff();
  fleet.time.advance(1_000);
  const { data } = await follower.event("fleet");
  expect(data["stale_because"]).toMatch(/was last heard of 1 s ago/);
  await follower.stop();
});

Deno.test("GET /v1/events tells what is held when that changes", async () => {
  await using fleet = new Fixture();
  await fleet.makeFresh();
  const follower = await fleet.follow();
  await follower.event("fleet");
  await fleet.time.waitForSleeper();
  const hold = {
    ...{ "name": "all", "holds": "all", "source": "operator", "reason": "an incident" },
    ...{ "by": "somebody", "set_at": 190 },
  };
  await fleet.put(fleet.layout.holdKey("all"), JSON.stringify(hold));
  fleet.time.advance(1_000);
  expect((await follower.event("holds")).data).toEqual([hold]);
  await follower.stop();
});

Deno.test("GET /v1/events tells every decision, and what was missed to who comes back", async () => {
  await using fleet = new Fixture();
  const follower = await fleet.follow();
  await fleet.decide(200_000, SENT, { ...SENT, kind: "stop_sent" });
  const first = await follower.event("decision");
  expect(first.data).toMatchObject({ "kind": "start_sent", "droplet": "app" });
  await follower.stop();
  await fleet.decide(201_000, { ...SENT, kind: "start_dropped" });
  const back = await fleet.follow(first.id);
  const missed = [await back.event("decision"), await back.event("decision")];
  expect(missed.map(({ data }) => data["kind"])).toEqual(["stop_sent", "start_dropped"]);
  await back.stop();
});

Deno.test("GET /v1/events tells who comes back from elsewhere, or after too long, to look anew", async () => {
  await using fleet = new Fixture();
  const elsewhere = await fleet.follow("what is this");
  expect((await elsewhere.event("reset")).data["reason"]).toMatch(/unknown here/);
  const many = Array<Decision>(1_001).fill(SENT);
  await fleet.decide(200_000, ...many);
  const late = await fleet.follow("0-199000-0");
  expect((await late.event("reset")).data["reason"]).toMatch(/too much was missed/);
  await elsewhere.stop();
  await late.stop();
});

Deno.test("GET /v1/events keeps a bounded number of events for who is slow, and says so", async () => {
  await using fleet = new Fixture();
  const slow = await fleet.follow();
  const fast = await fleet.follow();
  for (let batch = 0; batch < 3; batch += 1) {
    await fleet.decide(200_000 + batch, ...Array<Decision>(500).fill(SENT));
    for (let told = 0; told < 500; told += 1) await fast.event("decision");
  }
  expect((await slow.event("reset")).data["reason"]).toMatch(/fell behind/);
  await Promise.all([slow.stop(), fast.stop()]);
});

Deno.test("GET /v1/events gives a sign of life", async () => {
  await using fleet = new Fixture();
  await fleet.makeFresh();
  const follower = await fleet.follow();
  await follower.event("fleet");
  for (let second = 0; second < 15; second += 1) {
    await fleet.json("/v1/fleet"); // Looks are shared: those that began before are over now.
    await fleet.time.waitForSleeper();
    fleet.time.advance(1_000);
  }
  expect(await follower.next()).toBe(": still here");
  await follower.stop();
});

Deno.test("GET /v1/events refuses one more than may follow, and ends with the API", async () => {
  await using fleet = new Fixture();
  const followers = [await fleet.follow(), await fleet.follow(), await fleet.follow()];
  const refused = await fleet.get("/v1/events");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "10"]);
  expect((await refused.json()).type).toBe("urn:hm9000:problem:too-many-clients");
  await fleet.stopTelling();
  for (const follower of followers) while (await follower.next() !== undefined);
  expect(fleet.sources.hub.clients).toBe(0);
});
