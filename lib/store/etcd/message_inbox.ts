/**
 * The messages of a stream, between whoever receives them and whoever reads them.
 *
 * What comes is taken in at once and waits here for its reader: a stream that is not read holds up the
 * server, and a watch that is held up costs etcd far more than the memory that it takes here.
 *
 * @module
 */

/**
 * As much of a watch waits for its reader, in bytes; about 300,000 changes of instances. Whoever is further
 * behind is better off to list anew, and so is etcd.
 */
export const WATCH_WAITING_MAX_BYTES = 64 * 1024 * 1024;

/** Options of {@linkcode MessageInbox}. */
export interface MessageInboxOptions<Message> {
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
export class MessageInbox<Message> {
  readonly #waiting: Message[] = [];
  readonly #sizeOf: (message: Message) => number;
  readonly #waitingMax: number;
  #next = 0;
  #size = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake = () => {};

  constructor({ sizeOf = () => 0, waitingMax = Infinity }: MessageInboxOptions<Message> = {}) {
    this.#sizeOf = sizeOf;
    this.#waitingMax = waitingMax;
  }

  /** A message has come. */
  put(message: Message): void {
    this.#waiting.push(message);
    this.#size += this.#sizeOf(message);
    if (this.#size > this.#waitingMax) this.fail(new ReaderBehindError());
    this.#wake();
  }

  /** No more will come. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** It has failed; the first failure is the cause of those that follow. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /**
   * The messages, until the stream ends. A failure ends it at once, whatever came before and still waits.
   *
   * @throws {ReaderBehindError} when more than `waitingMax` waits; otherwise what the stream failed with
   */
  async *messages(): AsyncGenerator<Message> {
    while (true) {
      if (this.#failure) throw this.#failure.error;
      const message = this.#take();
      if (message !== undefined) yield message;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  #take(): Message | undefined {
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
}
