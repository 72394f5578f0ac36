/**
 * Does to the platform what the script says, when it says so.
 *
 * @module
 */

import type { TimeProvider } from "../../lib/helpers/time_provider.ts";
import { AppFixture } from "../../test_helpers/app.ts";
import type { SimulatedPlatform } from "../../test_helpers/simulated_platform.ts";
import { describeAction } from "./describe_action.ts";
import type { DemoAction, DemoPlan, DemoStep } from "./script.ts";

/** What the script is played with. */
export interface PlayOptions {
  readonly steps: readonly DemoStep[];
  readonly platform: SimulatedPlatform;
  readonly time: TimeProvider;
  readonly signal: AbortSignal;
  /** Is told what has been done, in words. */
  readonly onStep: (text: string) => void;
}

/** Sets the platform up as the plan begins: everything runs. */
export function setUp(platform: SimulatedPlatform, plan: DemoPlan): void {
  plan.deas.forEach((dea) => platform.addDea(dea));
  for (const { name, instances } of plan.apps) platform.addApp(name, { instances, running: true });
}

/** Plays all steps, and resolves after the last of them, or when `signal` aborts. */
export async function playScript(options: PlayOptions): Promise<void> {
  const { steps, platform, time, signal, onStep } = options;
  const startedAtMs = time.monotonicMs();
  for (const { atSeconds, action } of steps) {
    await time.sleep(startedAtMs + atSeconds * 1000 - time.monotonicMs(), { signal });
    if (signal.aborted) return;
    onStep(perform(platform, action));
  }
}

/** Does it, and says what came of it. */
function perform(platform: SimulatedPlatform, action: DemoAction): string {
  const said = describeAction(action);
  switch (action.kind) {
    case "crash": {
      const dea = platform.crash(idOf(action.app), action.index);
      return dea === undefined ? `${said}; but it does not run` : `${said} on ${dea}`;
    }
    case "kill_dea":
      return `${said} without a word, ${counted(platform.killDea(action.dea))} lost`;
    case "add_dea":
      platform.addDea(action.dea);
      return `${said}, empty`;
    case "evacuate_dea":
      return `${said}, ${counted(platform.evacuateDea(action.dea))} to be moved`;
    case "scale":
      platform.scale(idOf(action.app), action.instances);
      return said;
    case "push":
      platform.addApp(action.app, { instances: action.instances });
      return said;
  }
}

function idOf(app: string) {
  return new AppFixture(app).id;
}

function counted(instances: number): string {
  return instances === 1 ? "1 instance" : `${instances} instances`;
}
