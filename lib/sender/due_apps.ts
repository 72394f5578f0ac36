/**
 * Which apps need attention when time passes, because a message of theirs falls due or its keep-alive is
 * over. Messages keep whole seconds, so that apps are kept by the second. Pure bookkeeping.
 *
 * @module
 */

/** Apps by the second that they are to be looked at. */
export class DueApps {
  readonly #bySecond = new Map<number, Set<string>>();

  /** The first second at which an app is to be looked at, in Unix seconds; or Infinity. */
  get nextOn(): number {
    let next = Infinity;
    for (const second of this.#bySecond.keys()) if (second < next) next = second;
    return next;
  }

  /** Lets an app be looked at on a second. */
  add(appKey: string, second: number): void {
    const apps = this.#bySecond.get(second);
    if (apps === undefined) this.#bySecond.set(second, new Set([appKey]));
    else apps.add(appKey);
  }

  /** Takes out the apps whose second has come. */
  takeUntil(now: number): string[] {
    const taken: string[] = [];
    for (const [second, apps] of this.#bySecond) {
      if (second > now) continue;
      taken.push(...apps);
      this.#bySecond.delete(second);
    }
    return taken;
  }

  /** Forgets all. */
  clear(): void {
    this.#bySecond.clear();
  }
}
