/**
 * Makes the configuration immutable in fact and not only in its types: it is shared by everything that
 * runs in the process.
 *
 * @module
 */

/** Freezes a plain value and everything in it, and returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
