/**
 * How each command ends, for supervisors and scripts. Nothing outside `cmd` knows of exit codes.
 *
 * @module
 */

/** It did what it was asked to. */
export const EXIT_DONE = 0;
/** The work failed: the store is not fresh, the Cloud Controller refused, … */
export const EXIT_FAILED = 1;
/** Wrong usage or a wrong configuration: trying again changes nothing. */
export const EXIT_USAGE = 2;
/** A dry run found something that would be done. */
export const EXIT_WOULD_ACT = 3;
/** Leadership, or the connection to the message bus, is lost for good: start again (DMN-12, DMN-24). */
export const EXIT_LOST = 197;
