/**
 * The components of hm9000, and how several of one name run beside one another.
 *
 * @module
 */

/** Every component, in the order in which data flows through them. */
export const COMPONENT_NAMES = [
  "actual_state_listener",
  "desired_state_listener",
  "analyzer",
  "sender",
  "api",
  "evacuator",
  "shredder",
] as const;

/** The name of a component. */
export type ComponentName = typeof COMPONENT_NAMES[number];

/** How it runs. */
export interface ComponentRole {
  /** Whether only one of its name works at a time (design: leadership). */
  readonly leads: boolean;
  /** Whether it looks at the fleet through a mirror while it goes on running. */
  readonly watchesFleet: boolean;
}

/** How each component runs: every replica of the API answers (I16), of the others one works. */
export const COMPONENT_ROLES: Readonly<Record<ComponentName, ComponentRole>> = {
  "actual_state_listener": { leads: true, watchesFleet: false },
  "desired_state_listener": { leads: true, watchesFleet: false },
  analyzer: { leads: true, watchesFleet: true },
  sender: { leads: true, watchesFleet: true },
  api: { leads: false, watchesFleet: true },
  evacuator: { leads: true, watchesFleet: false },
  shredder: { leads: true, watchesFleet: false },
};
