/**
 * One who follows the events. What waits for it is bounded: of the fleet only the latest is of any use, and
 * who falls too far behind is told to look anew instead of being sent everything (I17).
 *
 * @module
 */

/** Events that may wait for one client; a decision has some 300 bytes. */
const WAITING_MAX = 1_000;

const encoder = new TextEncoder();

/** An event, as the protocol has it. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
  /** What the client names when it comes back. */
  readonly id?: string | undefined;
}

/** The text of an event. */
export function eventText({ event, data, id }: ServerEvent): string {
  const name = id === undefined ? "" : `id: ${id}\n`;
  return `${name}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Tells that events were left out, so that whoever follows has to look anew. */
export function resetEvent(reason: string): ServerEvent {
  return { event: "reset", data: { "reason": reason } };
}

/** Who follows. */
export class EventClient {
  /** What it is sent. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly #onGone: () => void;
  readonly #waiting: string[] = [];
  #fleet: string | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  /** @param onGone is told once when it does not follow any more */
  constructor(onGone: () => void) {
    this.#onGone = onGone;
    this.stream = new ReadableStream({
      pull: (controller) => this.#pull(controller),
      cancel: () => this.close(),
    }, { highWaterMark: 0 });
  }

  /** How many events wait for it. */
  get waiting(): number {
    return this.#waiting.length + (this.#fleet === undefined ? 0 : 1);
  }

  /** Sends text in the order in which it comes. */
  send(text: string): void {
    if (this.#closed) return;
    if (this.#waiting.length >= WAITING_MAX) {
      this.#waiting.length = 0;
      this.#waiting.push(eventText(resetEvent("it fell behind")));
    }
    this.#waiting.push(text);
    this.#wake?.();
  }

  /** Sends how the fleet is, in place of what was still to be sent of that. */
  sendFleet(text: string): void {
    if (this.#closed) return;
    this.#fleet = text;
    this.#wake?.();
  }

  /** Sends a sign of life, unless something is on its way. */
  sendSignOfLife(): void {
    if (this.waiting === 0) this.send(": still here\n\n");
  }

  /** Ends it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onGone();
    this.#wake?.();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (!this.#closed && this.waiting === 0) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    this.#wake = undefined;
    if (this.#closed) return controller.close();
    const text = this.#waiting.splice(0).join("") + (this.#fleet ?? "");
    this.#fleet = undefined;
    controller.enqueue(encoder.encode(text));
  }
}
