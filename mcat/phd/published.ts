/**
 * Figures that others have published, to stand beside ours. They were measured on other machines, in
 * other years: they say where the ground is, not who is faster.
 *
 * @module
 */

/** A published figure. */
export interface Published {
  readonly system: string;
  readonly what: string;
  readonly figure: string;
  readonly source: string;
}

const HM9000_MATRIX = "HM9000 (Go, 2013), its own store matrix";
const HMPERFORMANCE = "pivotal-cf-experimental/hmperformance, readme";

/** What the store's figures stand beside. */
export const PUBLISHED_STORE: readonly Published[] = [
  ...[
    ["write, 1 etcd, 128 bytes, concurrency 1", "5,700 records/s"],
    ["write, 1 etcd, 128 bytes, concurrency 15", "11,500 records/s"],
    ["read, 1 etcd", "80,000 to 96,000 records/s"],
    ["write, 3 etcd, concurrency 1", "19.6 records/s"],
    ["write, 3 etcd, concurrency 30", "535 records/s"],
  ].map(([what = "", figure = ""]) => ({
    ...{ system: "HM9000 (Go)", what, figure, source: HM9000_MATRIX },
  })),
  {
    system: "etcd 3",
    what: "small writes on 8 cores and SSD, 1 and 1,000 clients",
    figure: "583/s and 50,000/s",
    source: "etcd documentation, op-guide/performance",
  },
];

/** What the end-to-end figures stand beside. */
export const PUBLISHED_E2E: readonly Published[] = [
  {
    system: "HM9000 (Go)",
    what: "1 etcd: time to fresh, up to 30,000 apps",
    figure: "30 s, which is the least possible",
    source: HMPERFORMANCE,
  },
  {
    system: "HM9000 (Go)",
    what: "1 etcd: above 30,000 apps, and at 100,000",
    figure: "fresh late; never fresh",
    source: HMPERFORMANCE,
  },
  {
    system: "HM9000 (Go)",
    what: "3 etcd: freshness lost for good from",
    figure: "20,000 to 30,000 apps",
    source: HMPERFORMANCE,
  },
  {
    system: "Diego",
    what: "gathering 200,000 LRPs in one convergence pass",
    figure: "27 s",
    source: "cloudfoundry/diego-notes, benchmark spike (2016)",
  },
  {
    system: "Diego",
    what: "sustained on 1,000 simulated cells",
    figure: "250,000 LRPs",
    source: '"250k Containers In Production" (2016)',
  },
];
