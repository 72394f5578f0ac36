/**
 * A message as `hm9000 tap` overhears it. What cannot be read is a message as well: that there is one, and
 * what is wrong with it, is what its reader wants to know. Pure.
 *
 * @module
 */

import { type Heartbeat, parseHeartbeat } from "../models/heartbeat.ts";
import { ParseError } from "../models/parse_error.ts";
import { parseStartMessage, type StartMessage } from "../models/start_message.ts";
import { parseStopMessage, type StopMessage } from "../models/stop_message.ts";
import type { TapKind } from "./tap_kinds.ts";

/** One message. */
export type TappedMessage =
  | { readonly kind: "start"; readonly message: StartMessage }
  | { readonly kind: "stop"; readonly message: StopMessage }
  | {
    readonly kind: "heartbeat";
    readonly heartbeat: Heartbeat;
    /** How many of its instances could not be read. */
    readonly rejected: number;
  }
  | {
    readonly kind: "bad";
    /** What is wrong with it. */
    readonly error: string;
    readonly bytes: number;
  };

/** Reads what came on the subject of `kind`. */
export function readTapped(kind: TapKind, data: Uint8Array): TappedMessage {
  try {
    return readGood(kind, data);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { kind: "bad", error: error.message, bytes: data.length };
  }
}

/**
 * What of the message is about the app; undefined if nothing is. Of a heartbeat that is the app's
 * instances alone. A message that cannot be read may be about any app, so it stays.
 */
export function aboutApp(tapped: TappedMessage, appGuid: string): TappedMessage | undefined {
  switch (tapped.kind) {
    case "start":
    case "stop":
      return tapped.message.appGuid === appGuid ? tapped : undefined;
    case "heartbeat": {
      const { heartbeat } = tapped;
      const instances = heartbeat.instances.filter((instance) => instance.appGuid === appGuid);
      if (instances.length === 0) return undefined;
      return { ...tapped, heartbeat: { ...heartbeat, instances } };
    }
    case "bad":
      return tapped;
  }
}

function readGood(kind: TapKind, data: Uint8Array): TappedMessage {
  switch (kind) {
    case "starts":
      return { kind: "start", message: parseStartMessage(data) };
    case "stops":
      return { kind: "stop", message: parseStopMessage(data) };
    case "heartbeats": {
      const { heartbeat, rejected } = parseHeartbeat(data);
      return { kind: "heartbeat", heartbeat, rejected: rejected.length };
    }
  }
}
