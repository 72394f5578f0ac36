/**
 * The subjects hm9000 listens to (behaviour.md 24.2). The two it publishes on are configurable.
 *
 * @module
 */

/** What DEAs publish every period. */
export const HEARTBEAT_SUBJECT = "dea.heartbeat";
/** What DEAs publish when they have room; the payload does not matter. */
export const ADVERTISE_SUBJECT = "dea.advertise";
/** What DEAs publish when an instance ends. */
export const DROPLET_EXITED_SUBJECT = "droplet.exited";
/** Where anyone may ask for an app's state. */
export const APP_STATE_SUBJECT = "app.state";
/** The queue group that shares the answering of {@linkcode APP_STATE_SUBJECT}. */
export const API_QUEUE_GROUP = "hm9000";
/** Where a process that serves figures makes itself known to collectors, when it starts. */
export const COMPONENT_ANNOUNCE_SUBJECT = "vcap.component.announce";
/** Where collectors ask who serves figures. */
export const COMPONENT_DISCOVER_SUBJECT = "vcap.component.discover";
