/**
 * A stream of `grpc-js` as an async iterable. It emits errors rather than ending with them, and an error
 * that nobody listens to ends the process: here somebody listens from first to last.
 *
 * @module
 */

import { MessageInbox, type MessageInboxOptions } from "./message_inbox.ts";

/** What is used of a stream of `grpc-js`. */
export interface DuplexStream<Message> {
  on(event: "data", listener: (message: Message) => void): this;
  on(event: "end", listener: () => void): this;
  on(event: "error", listener: (error: unknown) => void): this;
  write(message: Message): boolean;
  end(): void;
  cancel(): void;
}

/** Options of {@linkcode readStream}. */
export interface ReadStreamOptions<Message> extends MessageInboxOptions<Message> {
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * The messages of a stream, until it ends or the signal is aborted: then it returns, and so does the
 * iteration. To be called in the turn in which the stream was made, so that nothing is emitted unheard.
 *
 * @throws {ReaderBehindError} when more than `waitingMax` waits
 */
export function readStream<Message>(
  stream: DuplexStream<Message>,
  options: ReadStreamOptions<Message>,
): AsyncIterable<Message> {
  const inbox = new MessageInbox<Message>(options);
  stream.on("data", (message) => inbox.put(message));
  stream.on("end", () => inbox.end());
  stream.on("error", (error) => inbox.fail(error));
  return messages(stream, { inbox, signal: options.signal });
}

async function* messages<Message>(
  stream: DuplexStream<Message>,
  { signal, inbox }: { readonly signal: AbortSignal; readonly inbox: MessageInbox<Message> },
): AsyncGenerator<Message> {
  const cancel = () => {
    stream.cancel();
    inbox.end();
  };
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    for await (const message of inbox.messages()) {
      if (signal.aborted) return;
      yield message;
      if (signal.aborted) return;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    stream.cancel();
  }
}
