/**
 * A gRPC stream as an async iterable. `grpc-js` emits errors rather than ending the stream with them, and
 * an error that nobody listens to ends the process: here somebody listens from first to last.
 *
 * @module
 */

import type { Message } from "./messages.ts";

/** What is used of a stream of `grpc-js`. */
export interface DuplexStream {
  on(event: "data", listener: (message: Message) => void): this;
  on(event: "end", listener: () => void): this;
  on(event: "error", listener: (error: unknown) => void): this;
  write(message: Message): boolean;
  end(): void;
  cancel(): void;
  pause(): this;
  resume(): this;
}

/** As many messages wait for their reader; then the other side is made to wait. */
const WAITING_MAX = 64;

/** What has come on a stream and what has become of it. */
class Inbox {
  readonly waiting: Message[] = [];
  ended = false;
  failure: { readonly error: unknown } | undefined;
  #wake = () => {};

  constructor(stream: DuplexStream) {
    stream.on("data", (message) => {
      this.waiting.push(message);
      if (this.waiting.length >= WAITING_MAX) stream.pause();
      this.#wake();
    });
    stream.on("end", () => this.end());
    stream.on("error", (error) => {
      this.failure = { error };
      this.#wake();
    });
  }

  end(): void {
    this.ended = true;
    this.#wake();
  }

  changed(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }
}

/**
 * The messages of a stream, until it ends or the signal is aborted: then it returns, and so does the
 * iteration. To be called in the turn in which the stream was made, so that nothing is emitted unheard.
 * An error ends the iteration at once, whatever came before it and still waits.
 */
export function readStream(stream: DuplexStream, signal: AbortSignal): AsyncIterable<Message> {
  return messages(stream, { signal, inbox: new Inbox(stream) });
}

async function* messages(
  stream: DuplexStream,
  { signal, inbox }: { readonly signal: AbortSignal; readonly inbox: Inbox },
): AsyncGenerator<Message> {
  const cancel = () => {
    stream.cancel();
    inbox.end();
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    while (!signal.aborted) {
      if (inbox.failure) throw inbox.failure.error;
      const message = inbox.waiting.shift();
      if (message) {
        yield message;
      } else if (inbox.ended) {
        return;
      } else {
        stream.resume();
        await inbox.changed();
      }
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    stream.cancel();
  }
}
