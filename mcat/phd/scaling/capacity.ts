/**
 * What a platform of some size asks of each part, reckoned from what one unit was measured to cost. It is
 * arithmetic, not a measurement: it says which limit is met first. Pure.
 *
 * @module
 */

/** What a unit costs, as measured on one machine. */
export interface UnitCosts {
  /** A heartbeat of 100 instances on the wire. */
  readonly heartbeatBytes: number;
  /** Processor time of the listener for a heartbeat that says nothing new, presence included. */
  readonly listenerSecondsPerHeartbeat: number;
  /** The same of a shard that hears a heartbeat of another's, sniffs whose it is and drops it. */
  readonly sniffSecondsPerHeartbeat: number;
  /** Processor time of etcd for a presence put, in a large transaction. */
  readonly etcdSecondsPerPresence: number;
  /** Instance keys a second that etcd takes while everything is new. */
  readonly etcdKeysPerSecond: number;
  /** Memory of etcd, and of the listener, for one instance. */
  readonly etcdBytesPerInstance: number;
  readonly listenerBytesPerInstance: number;
}

/** From the measurements of a million instances on one etcd node (docs/scaling.md says which). */
export const MEASURED: UnitCosts = {
  heartbeatBytes: 11_000,
  listenerSecondsPerHeartbeat: 0.07 / 1_000,
  sniffSecondsPerHeartbeat: 1 / (610_000_000 / 11_000),
  etcdSecondsPerPresence: 0.025 / 1_000,
  etcdKeysPerSecond: 100_000,
  etcdBytesPerInstance: 1.1 * 2 ** 30 / 1_000_000,
  listenerBytesPerInstance: 500 * 2 ** 20 / 1_000_000,
};

/** The same with one key for all instances of a DEA, as was measured beside it. */
export const PACKED: UnitCosts = {
  ...MEASURED,
  etcdKeysPerSecond: 300_000,
  etcdBytesPerInstance: 0.27 * 2 ** 30 / 1_000_000,
};

/** What is asked of whom. */
export interface Demand {
  readonly instances: number;
  readonly heartbeatsPerSecond: number;
  readonly megabytesPerSecond: number;
  /** Percent of a core, of one listener or of each of its shards. */
  readonly listenerPercent: number;
  readonly listenerGib: number;
  readonly etcdPercent: number;
  readonly etcdGib: number;
  /** Seconds etcd takes when everything is new. */
  readonly firstLoadSeconds: number;
}

/** How a platform is laid out. */
export interface Layout {
  readonly instances: number;
  readonly instancesPerDea: number;
  readonly periodSeconds: number;
  readonly shards: number;
}

/** What a platform asks of each part while nothing changes, and when all of it is new. */
export function demandOf(layout: Layout, costs: UnitCosts): Demand {
  const { instances, instancesPerDea, periodSeconds, shards } = layout;
  const perSecond = instances / instancesPerDea / periodSeconds;
  const own = perSecond / shards;
  const listener = own * costs.listenerSecondsPerHeartbeat +
    (perSecond - own) * costs.sniffSecondsPerHeartbeat;
  return {
    instances,
    heartbeatsPerSecond: perSecond,
    megabytesPerSecond: perSecond * costs.heartbeatBytes / 1_000_000,
    listenerPercent: listener * 100,
    listenerGib: instances / shards * costs.listenerBytesPerInstance / 2 ** 30,
    etcdPercent: perSecond * costs.etcdSecondsPerPresence * 100,
    etcdGib: instances * costs.etcdBytesPerInstance / 2 ** 30,
    firstLoadSeconds: instances / costs.etcdKeysPerSecond,
  };
}
