/**
 * What `hm9000 tap` can listen to; apart, so that the command line that offers them loads nothing else.
 *
 * @module
 */

/** What can be listened to. */
export const TAP_KINDS = ["starts", "stops", "heartbeats"] as const;
/** One of {@linkcode TAP_KINDS}. */
export type TapKind = typeof TAP_KINDS[number];
