/**
 * What a command that ends well leaves behind besides what it printed: tools set it, the program reads it.
 *
 * @module
 */

/** How a command ended. */
export interface Outcome {
  exitCode: number;
}
