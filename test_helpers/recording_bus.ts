/**
 * A message bus for tests of the sender: it remembers what was published, and can be made to do something
 * at each flush.
 *
 * @module
 */

import type { MessageBus } from "../lib/message_bus/message_bus.ts";

/** Remembers. */
export class RecordingBus implements Pick<MessageBus, "connected" | "publish" | "flush"> {
  /** What was published, in order. */
  readonly published: Record<string, unknown>[] = [];
  readonly connected = true;
  /** Called at every flush, which waits for it. */
  onFlush: () => Promise<void> = () => Promise.resolve();

  /** As whatever takes a whole bus wants it. */
  get asBus(): MessageBus {
    return this as unknown as MessageBus;
  }

  /** The ids of what was published, in order. */
  get ids(): unknown[] {
    return this.published.map((body) => body["message_id"]);
  }

  publish(_subject: string, data: Uint8Array | string): void {
    this.published.push(JSON.parse(String(data)));
  }

  flush(): Promise<void> {
    return this.onFlush();
  }
}
