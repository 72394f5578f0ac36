/**
 * What the demo starts with and what it breaks when: plain data, made from the size that is asked for.
 * Everything is broken within half a minute, so that a minute is enough to see it whole again.
 *
 * @module
 */

/** How large the demo is. */
export interface DemoSize {
  readonly apps: number;
  readonly deas: number;
}

/** What is asked of a demo. */
export interface DemoRequest extends DemoSize {
  /** When it ends, in seconds after its beginning. @default {when all is done and whole} */
  readonly forSeconds?: number | undefined;
}

/** An app that runs when the demo begins. */
export interface PlannedApp {
  readonly name: string;
  readonly instances: number;
}

/** Something that is done to the platform. */
export type DemoAction =
  | { readonly kind: "crash"; readonly app: string; readonly index: number }
  | { readonly kind: "kill_dea"; readonly dea: string }
  | { readonly kind: "add_dea"; readonly dea: string }
  | { readonly kind: "evacuate_dea"; readonly dea: string }
  | { readonly kind: "scale"; readonly app: string; readonly instances: number }
  | { readonly kind: "push"; readonly app: string; readonly instances: number };

/** When something is done. */
export interface DemoStep {
  /** Seconds after the beginning. */
  readonly atSeconds: number;
  readonly action: DemoAction;
}

/** The whole demo, from the beginning. */
export interface DemoPlan {
  readonly apps: readonly PlannedApp[];
  readonly deas: readonly string[];
  /** In the order of their time. */
  readonly steps: readonly DemoStep[];
}

/** Names for the first apps; a platform is easier to watch when its apps have some. */
const APP_NAMES = [
  "checkout",
  "search",
  "catalog",
  "mailer",
  "frontend",
  "payments",
  "accounts",
  "images",
  "billing",
  "gateway",
  "reports",
  "chat",
];

/** How many instances apps have, in turn. */
const INSTANCES_IN_TURN = [3, 2, 4, 1, 5];

/** One instance crashes for every so many apps, and one at least. */
const APPS_PER_CRASH = 50;

/** What is broken last must have had the time to heal: a DEA to be missed, an instance to be started. */
const HEALING_SECONDS = 10;

/** Plans a demo. Of one that ends early, what could not heal in time is left out. */
export function planDemo(request: DemoRequest): DemoPlan {
  const { forSeconds = Infinity, ...size } = request;
  const apps = Array.from({ length: size.apps }, (_, position) => ({
    name: APP_NAMES[position] ?? `app-${position + 1}`,
    instances: INSTANCES_IN_TURN[position % INSTANCES_IN_TURN.length] ?? 1,
  }));
  const deas = Array.from({ length: size.deas }, (_, position) => deaName(position + 1));
  const steps = [...crashes(apps), ...deaSteps(size.deas), ...desiredSteps(apps)];
  const inTime = steps.filter(({ atSeconds }) => atSeconds + HEALING_SECONDS <= forSeconds);
  return { apps, deas, steps: inTime };
}

/** How many instances the demo has at its beginning. */
export function countInstances(plan: DemoPlan): number {
  return plan.apps.reduce((sum, { instances }) => sum + instances, 0);
}

function crashes(apps: readonly PlannedApp[]): DemoStep[] {
  const crashing = apps.slice(0, Math.max(1, Math.floor(apps.length / APPS_PER_CRASH)));
  return crashing.map(({ name }) => ({
    atSeconds: 6,
    action: { kind: "crash", app: name, index: 0 },
  }));
}

/** One DEA dies, another takes its place, and the first one evacuates; the only one does not die. */
function deaSteps(deas: number): DemoStep[] {
  const dies: DemoStep = { atSeconds: 9, action: { kind: "kill_dea", dea: deaName(2) } };
  return [
    ...(deas > 1 ? [dies] : []),
    { atSeconds: 12, action: { kind: "add_dea", dea: deaName(deas + 1) } },
    { atSeconds: 14, action: { kind: "evacuate_dea", dea: deaName(1) } },
  ];
}

/** The largest of the first apps shrinks, another grows, and a new one is pushed. */
function desiredSteps(apps: readonly PlannedApp[]): DemoStep[] {
  const [largest, other] = apps.slice(0, INSTANCES_IN_TURN.length)
    .toSorted((a, b) => b.instances - a.instances);
  if (largest === undefined) return [];
  const steps: DemoStep[] = [
    { atSeconds: 18, action: { kind: "scale", app: largest.name, instances: 1 } },
    { atSeconds: 22, action: { kind: "push", app: "newcomer", instances: 2 } },
  ];
  if (other === undefined) return steps;
  const grow = { kind: "scale", app: other.name, instances: other.instances + 2 } as const;
  return steps.toSpliced(1, 0, { atSeconds: 20, action: grow });
}

function deaName(number: number): string {
  return `dea-${number}`;
}
