/**
 * Which runs a command line comes to: sizes and durations of each profile. `quick` fits into two minutes,
 * `full` into 25 on two cores.
 *
 * @module
 */

import { benchComponents, benchCurves } from "./component_bench.ts";
import { type E2eOptions, runE2e } from "./e2e/e2e.ts";
import { SCENARIO_NAMES } from "./e2e/scenario_names.ts";
import { benchMirror } from "./mirror/mirror_bench.ts";
import type { PhdOptions } from "./options.ts";
import type { StoreKind } from "./bench_store.ts";
import type { PlannedRun } from "./section.ts";
import { benchStores } from "./store_bench.ts";

type E2ePlan = Omit<E2eOptions, "signal" | "apart">;

/** The configuration's default: starts in one pass of the sender. */
const MESSAGE_LIMIT_DEFAULT = 60;
const E2E_SIZES = [10_000, 30_000, 100_000, 300_000, 1_000_000];
const CURVE_SIZES = {
  quick: [500, 1_000, 2_000, 4_000, 8_000],
  full: [4_000, 8_000, 16_000, 32_000, 64_000, 128_000],
};
/** The size incidents are measured at: a tenth of its DEAs are ten thousand instances. */
const INCIDENT_APPS = 100_000;
/** The size of a cold start: every start waits until its DEA has said that it is there. */
const COLD_START_APPS = 30_000;

/** All runs, in order. */
export function planRuns(options: PhdOptions): readonly PlannedRun[] {
  const { sections } = options;
  return [
    ...(sections.includes("store") ? [storeRun(options)] : []),
    ...(sections.includes("components") ? [componentsRun(options)] : []),
    ...(sections.includes("mirror") ? [mirrorRun(options)] : []),
    ...(sections.includes("curves") ? [curvesRun(options)] : []),
    ...(sections.includes("e2e") ? e2ePlans(options).map((plan) => e2eRun(plan, options)) : []),
  ];
}

function storeRun({ profile }: PhdOptions): PlannedRun {
  const plan = profile === "quick"
    ? { nodes: [1] as const, concurrencies: [1, 30], recordBytes: [128, 4096], cellMs: 100 }
    : {
      nodes: [1, 3, 5] as const,
      concurrencies: [1, 5, 15, 30],
      recordBytes: [128, 512, 1024, 4096],
      cellMs: 400,
    };
  const stores: StoreKind[] = [
    ...plan.nodes.map((nodes): StoreKind => ({ type: "etcd", nodes })),
    { type: "sqlite" },
    { type: "memory" },
  ];
  return {
    ...{ section: "store", id: "store", title: "Store matrix" },
    measure: (signal) => benchStores({ ...plan, stores, signal }),
  };
}

function componentsRun({ profile }: PhdOptions): PlannedRun {
  const sizes = [profile === "quick" ? 2_000 : 100_000];
  const stores = [{ type: "etcd", nodes: 1 }, { type: "sqlite" }, { type: "memory" }] as const;
  return {
    ...{ section: "components", id: "components", title: `Components, ${sizes} instances` },
    measure: (signal) => benchComponents({ stores, sizes, signal }),
  };
}

function mirrorRun({ profile, apps }: PhdOptions): PlannedRun {
  const size = apps ?? (profile === "quick" ? 2_000 : 1_000_000);
  const starts = Math.min(20_000, size);
  return {
    ...{ section: "mirror", id: "mirror", title: `The view of the fleet, ${size} apps` },
    measure: (signal) => benchMirror({ apps: size, starts, signal }),
  };
}

function curvesRun({ profile }: PhdOptions): PlannedRun {
  const sizes = CURVE_SIZES[profile];
  return {
    ...{ section: "curves", id: "curves", title: "Cost curves, 1 etcd" },
    measure: (signal) => benchCurves({ stores: [{ type: "etcd", nodes: 1 }], sizes, signal }),
  };
}

/** The end-to-end runs. */
export function e2ePlans(options: PhdOptions): readonly E2ePlan[] {
  const { apps, nodes, profile } = options;
  if (apps !== undefined) return [singleRun(options, apps)];
  const plans = profile === "quick" ? quickRuns() : fullRuns();
  return plans.filter((plan) => nodes === undefined || plan.nodes === nodes);
}

function singleRun(options: PhdOptions, apps: number): E2ePlan {
  const { nodes, scenarios, periodSeconds, steadySeconds } = options;
  const incidents = scenarios.some((name) => name !== "steady");
  return {
    apps,
    nodes: nodes ?? 1,
    periodSeconds: periodSeconds ?? 10,
    messageLimit: MESSAGE_LIMIT_DEFAULT,
    adaptiveLimit: incidents,
    // Whatever happens later happens to a platform that is well.
    scenarios: scenarios.includes("steady") || scenarios.includes("cold_start")
      ? scenarios
      : ["steady", ...scenarios],
    patience: { secondsMax: 180, steadySeconds: steadySeconds ?? 20 },
  };
}

function quickRuns(): E2ePlan[] {
  const usual = {
    nodes: 1,
    periodSeconds: 1,
    messageLimit: MESSAGE_LIMIT_DEFAULT,
    patience: { secondsMax: 20, steadySeconds: 3 },
  } as const;
  return [
    { ...usual, apps: 1_000, adaptiveLimit: false, scenarios: ["steady"] },
    { ...usual, apps: 1_000, adaptiveLimit: true, scenarios: INCIDENTS },
  ];
}

const INCIDENTS = SCENARIO_NAMES.filter((name) => name !== "cold_start");

function fullRuns(): E2ePlan[] {
  const usual = {
    ...{ periodSeconds: 10, messageLimit: MESSAGE_LIMIT_DEFAULT },
    patience: { secondsMax: 180, steadySeconds: 20 },
  };
  const incidents = { ...usual, nodes: 1, adaptiveLimit: true } as const;
  return [
    ...([1, 3] as const).flatMap((nodes) =>
      E2E_SIZES.map((apps): E2ePlan => ({
        ...usual,
        ...{ apps, nodes, adaptiveLimit: false },
        scenarios: nodes === 1 ? ["steady", "lookups"] : ["steady"],
      }))
    ),
    { ...incidents, apps: INCIDENT_APPS, scenarios: INCIDENTS },
    { ...incidents, apps: COLD_START_APPS, scenarios: ["cold_start"] },
  ];
}

function e2eRun(plan: E2ePlan, { apart }: Pick<PhdOptions, "apart">): PlannedRun {
  const { apps, nodes, scenarios } = plan;
  const kind = scenarios.includes("cold_start")
    ? "cold-start-"
    : scenarios.some((name) => name !== "steady" && name !== "lookups")
    ? "incidents-"
    : "";
  return {
    section: "e2e",
    id: `e2e-${kind}${apps}-${nodes}`,
    title: `End to end, ${apps} apps, ${nodes} etcd: ${scenarios.join(", ").replaceAll("_", " ")}`,
    measure: (signal) => runE2e({ ...plan, apart, signal }),
  };
}
