/**
 * A gRPC stream as an async iterable. `grpc-js` emits errors rather than ending the stream with them, and
 * an error that nobody listens to ends the process: here somebody listens from first to last.
 *
 * What comes is taken in at once and waits here for its reader: a stream that is not read holds up the
 * server, and a watch that is held up costs etcd far more than the memory that it takes here.
 *
 * @module
 */

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
export interface ReadStreamOptions<Message> {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** How much a message counts against {@linkcode waitingMax}. @default {() => 0} */
  readonly sizeOf?: (message: Message) => number;
  /** How much may wait for the reader. @default no limit */
  readonly waitingMax?: number;
}

/** More has come than may wait for its reader. */
export class ReaderBehindError extends Error {
  override readonly name = "ReaderBehindError";

  constructor() {
    super("more has come than may wait for its reader");
  }
}

/** What has come on a stream and what has become of it. */
class Inbox<Message> {
  readonly #waiting: Message[] = [];
  readonly #sizeOf: (message: Message) => number;
  #next = 0;
  #size = 0;
  ended = false;
  failure: { readonly error: unknown } | undefined;
  #wake = () => {};

  constructor(stream: DuplexStream<Message>, options: ReadStreamOptions<Message>) {
    const { sizeOf = () => 0, waitingMax = Infinity } = options;
    this.#sizeOf = sizeOf;
    stream.on("data", (message) => {
      this.#waiting.push(message);
      this.#size += sizeOf(message);
      if (this.#size > waitingMax) this.#fail(new ReaderBehindError());
      this.#wake();
    });
    stream.on("end", () => this.end());
    stream.on("error", (error) => this.#fail(error));
  }

  take(): Message | undefined {
    const message = this.#waiting[this.#next];
    if (message === undefined) return undefined;
    this.#next += 1;
    this.#size -= this.#sizeOf(message);
    if (this.#next === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#next = 0;
    }
    return message;
  }

  end(): void {
    this.ended = true;
    this.#wake();
  }

  changed(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** The first failure is the cause of those that follow. */
  #fail(error: unknown): void {
    this.failure ??= { error };
    this.#wake();
  }
}

/**
 * The messages of a stream, until it ends or the signal is aborted: then it returns, and so does the
 * iteration. To be called in the turn in which the stream was made, so that nothing is emitted unheard.
 * An error ends the iteration at once, whatever came before it and still waits.
 *
 * @throws {ReaderBehindError} when more than `waitingMax` waits
 */
export function readStream<Message>(
  stream: DuplexStream<Message>,
  options: ReadStreamOptions<Message>,
): AsyncIterable<Message> {
  return messages(stream, { inbox: new Inbox(stream, options), signal: options.signal });
}

async function* messages<Message>(
  stream: DuplexStream<Message>,
  { signal, inbox }: { readonly signal: AbortSignal; readonly inbox: Inbox<Message> },
): AsyncGenerator<Message> {
  const cancel = () => {
    stream.cancel();
    inbox.end();
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    while (!signal.aborted) {
      if (inbox.failure) throw inbox.failure.error;
      const message = inbox.take();
      if (message !== undefined) yield message;
      else if (inbox.ended) return;
      else await inbox.changed();
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    stream.cancel();
  }
}
