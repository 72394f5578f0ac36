/**
 * What the end-to-end workload has of hmperformance's.
 *
 * @module
 */

/** Apps have one instance each, and a DEA so many of them. */
export const INSTANCES_PER_DEA = 100;
