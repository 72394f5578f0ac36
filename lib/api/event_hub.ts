/**
 * What happens, told to all who follow (server-sent events): how the fleet is, once a second if it is
 * different; what is held; and every decision, as soon as it stands in the decision log. An event of the
 * log is named by where it stands in the store, so that whoever comes back, to this replica or to another,
 * is told what it missed.
 *
 * @module
 */

import { Bell } from "../helpers/bell.ts";
import type { Logger } from "../helpers/logger.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { runTaskGroup } from "../helpers/task_group.ts";
import { decisionToWire } from "../models/decision.ts";
import { ParseError } from "../models/parse_error.ts";
import { parseDecisionKey, parseDecisions } from "../store/collections/decisions.ts";
import type { StoreLayout } from "../store/layout.ts";
import { rangeAll } from "../store/range_all.ts";
import type { Entry, Store } from "../store/store.ts";
import { CompactedError, StoreUnavailableError } from "../store/store_errors.ts";
import { EventClient, eventText, resetEvent, type ServerEvent } from "./event_client.ts";
import type { FleetSight } from "./fleet_sight.ts";
import type { IndexedFleet } from "./indexed_fleet.ts";
import { fleetToWire } from "./v1/fleet.ts";
import { ProblemError } from "./v1/problem.ts";

/** From one look at the fleet to the next while somebody follows, in milliseconds. */
const PERIOD_MS = 1_000;
/** Looks at the fleet from one sign of life to the next: proxies cut what is silent for a minute. */
const LOOKS_PER_SIGN_OF_LIFE = 15;
/** Clocks of those who decide may differ by this much, in milliseconds. */
const CLOCKS_DIFFER_MS = 10_000;
/** Decisions that whoever comes back is told; one who missed more has to look anew. */
const MISSED_MAX = 1_000;

/** What an {@linkcode EventHub} is handed. */
export interface EventHubDeps {
  readonly look: () => Promise<FleetSight>;
  readonly fleet: IndexedFleet;
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  readonly log: Logger;
  /** Most who may follow at one time. */
  readonly clientsMax: number;
}

/** Tells what happens. */
export class EventHub {
  readonly #deps: EventHubDeps;
  readonly #clients = new Set<EventClient>();
  readonly #somebody = new Bell();
  /** The latest decisions that were told. */
  readonly #told: ServerEvent[] = [];
  #fleet = "";
  #holds = "";
  #looks = 0;

  constructor(deps: EventHubDeps) {
    this.#deps = deps;
  }

  /** How many follow. */
  get clients(): number {
    return this.#clients.size;
  }

  /** Tells what happens until `signal` aborts; then nobody follows any more. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await runTaskGroup({
        tasks: [
          { name: "fleet events", run: (running) => this.#tellFleet(running) },
          { name: "decision events", run: (running) => this.#tellDecisions(running) },
        ],
        signal,
        log: this.#deps.log,
      });
    } finally {
      for (const client of [...this.#clients]) client.close();
    }
  }

  /**
   * A stream of events from now on, after those that came since `lastEventId`.
   *
   * @throws {ProblemError} when too many follow already
   */
  async open(lastEventId: string | undefined): Promise<ReadableStream<Uint8Array>> {
    this.#requireRoom();
    const missed = lastEventId === undefined ? undefined : await this.#readMissed(lastEventId);
    this.#requireRoom();
    const client = new EventClient(() => this.#clients.delete(client));
    this.#clients.add(client);
    client.send("retry: 2000\n\n");
    for (const event of this.#missed(missed)) client.send(eventText(event));
    if (this.#fleet !== "") client.sendFleet(this.#fleet);
    this.#somebody.ring();
    return client.stream;
  }

  #requireRoom(): void {
    if (this.#clients.size < this.#deps.clientsMax) return;
    const detail = `${this.#clients.size} follow already, which is all that may`;
    throw new ProblemError("too-many-clients", { detail, retryAfterSeconds: 10 });
  }

  async #tellFleet(signal: AbortSignal): Promise<void> {
    const { time } = this.#deps;
    while (!signal.aborted) {
      if (this.#clients.size === 0) {
        this.#fleet = ""; // What is known now is old when somebody comes.
        await this.#somebody.wait(signal);
        continue;
      }
      await this.#look();
      await time.sleep(PERIOD_MS, { signal });
    }
  }

  async #look(): Promise<void> {
    this.#looks += 1;
    try {
      const sight = await this.#deps.look();
      const index = await this.#deps.fleet.current();
      this.#tellIfNew(fleetToWire(sight, index));
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.#tellIfNew({ "stale_because": error.message });
    }
    if (this.#looks % LOOKS_PER_SIGN_OF_LIFE !== 0) return;
    for (const client of this.#clients) client.sendSignOfLife();
  }

  #tellIfNew(fleet: Record<string, unknown>): void {
    const text = eventText({ event: "fleet", data: fleet });
    if (text !== this.#fleet) { for (const client of this.#clients) client.sendFleet(text); }
    this.#fleet = text;
    const { holds } = fleet;
    if (holds === undefined) return;
    const held = JSON.stringify(holds);
    if (this.#holds !== "" && held !== this.#holds) this.#tell([{ event: "holds", data: holds }]);
    this.#holds = held;
  }

  #tell(events: readonly ServerEvent[]): void {
    for (const event of events) {
      const text = eventText(event);
      for (const client of this.#clients) client.send(text);
    }
  }

  #tellDecided(events: readonly ServerEvent[]): void {
    this.#told.push(...events);
    this.#told.splice(0, this.#told.length - MISSED_MAX);
    this.#tell(events);
  }

  async #tellDecisions(signal: AbortSignal): Promise<void> {
    const { store, layout, time, log } = this.#deps;
    while (!signal.aborted) {
      try {
        for await (const { events } of store.watch(layout.decisionsPrefix, { signal })) {
          for (const event of events) {
            if (event.kind === "put") this.#tellDecided(this.#eventsOf(event.entry));
          }
        }
      } catch (error) {
        if (!isPassing(error)) throw error;
        log.debug("Cannot follow the decision log, will try again", { error });
      }
      if (signal.aborted) return;
      this.#tell([resetEvent("decisions may have been missed")]);
      await time.sleep(PERIOD_MS, { signal });
    }
  }

  /** What came after an event, as far as the store has it now. */
  async #readMissed(lastEventId: string): Promise<Missed> {
    const { store, layout } = this.#deps;
    const last = parseEventId(lastEventId);
    if (last === undefined) return lost("the last event is unknown here");
    const fromMs = Math.max(0, last.atMs - CLOCKS_DIFFER_MS);
    const from = `${layout.decisionsPrefix}${String(fromMs).padStart(15, "0")}`;
    try {
      const { entries, revision } = await rangeAll(store, layout.decisionsPrefix, { from });
      const events = entries
        .filter(({ modRevision }) => modRevision >= last.revision)
        .sort((a, b) => a.modRevision - b.modRevision)
        .flatMap((entry) => this.#eventsOf(entry))
        .filter(({ id }) => isAfter(id, last));
      return events.length > MISSED_MAX ? lost("too much was missed") : { events, revision };
    } catch (error) {
      if (!isPassing(error)) throw error;
      return lost("what was missed cannot be read");
    }
  }

  /** What was missed, with what was told since that was read. */
  #missed(read: Missed | undefined): readonly ServerEvent[] {
    if (read === undefined) return [];
    const since = this.#told.filter(({ id }) =>
      (parseEventId(id ?? "")?.revision ?? 0) > read.revision
    );
    return [...read.events, ...since];
  }

  #eventsOf(entry: Entry): ServerEvent[] {
    const { layout } = this.#deps;
    try {
      const { atMs } = parseDecisionKey(layout, entry.key);
      return parseDecisions(entry.value).map((decision, position) => ({
        event: "decision",
        data: decisionToWire(decision),
        id: `${entry.modRevision}-${atMs}-${position}`,
      }));
    } catch (error) {
      if (error instanceof ParseError) return []; // Whoever reads the log reports it.
      throw error;
    }
  }
}

/** Where in the store an event of the log stands. */
interface EventPlace {
  readonly revision: number;
  readonly atMs: number;
  readonly position: number;
}

function parseEventId(id: string): EventPlace | undefined {
  const match = /^(\d{1,15})-(\d{1,15})-(\d{1,6})$/.exec(id);
  if (match === null) return undefined;
  const [revision = 0, atMs = 0, position = 0] = match.slice(1).map(Number);
  return { revision, atMs, position };
}

function isAfter(id: string | undefined, last: EventPlace): boolean {
  const place = parseEventId(id ?? "");
  if (place === undefined) return false;
  return place.revision > last.revision || place.position > last.position;
}

/** What somebody who came back is told first. */
interface Missed {
  readonly events: readonly ServerEvent[];
  /** It is complete up to this revision. */
  readonly revision: number;
}

function lost(reason: string): Missed {
  return { events: [resetEvent(reason)], revision: Infinity };
}

/** Whether it is better another time. */
function isPassing(error: unknown): boolean {
  return error instanceof StoreUnavailableError || error instanceof CompactedError;
}
