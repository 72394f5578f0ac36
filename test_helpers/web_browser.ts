/**
 * A real Chromium without a window, driven by playwright: it has an empty profile, looks nowhere but at what
 * a test serves, and is always closed.
 *
 * ```ts
 * await using browser = await WebBrowser.start();
 * const page = await browser.open("http://127.0.0.1:8080/", { width: 360, height: 740 });
 * ```
 *
 * @module
 */

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";

/** Where Debian's package puts it. */
const EXECUTABLE = "/usr/bin/chromium";

/** No sandbox, since tests may run as root; and nothing that would call anybody. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How long anything on a page may take, in milliseconds: the machine may be busy. */
const PATIENCE_MS = 60_000;

/** How a page is looked at. */
export interface LookOptions {
  /** @default {1280} */
  readonly width?: number;
  /** @default {900} */
  readonly height?: number;
  /** @default {"light"} */
  readonly theme?: "light" | "dark";
  /** What time it is in the browser, in Unix seconds; its timers go on. @default now */
  readonly nowSeconds?: number;
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** A browser that a test owns. */
export class WebBrowser implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /**
   * Starts it.
   *
   * @throws {Error} when it is not installed
   */
  static async start(): Promise<WebBrowser> {
    try {
      await Deno.stat(EXECUTABLE);
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
      const advice = "install it with: apt-get install -y --no-install-recommends chromium";
      throw new Error(`Cannot start ${EXECUTABLE}: it is not there, ${advice}`, { cause });
    }
    const options = { executablePath: EXECUTABLE, args: ARGUMENTS, timeout: PATIENCE_MS };
    return new WebBrowser(await chromium.launch(options));
  }

  /** Opens a page in a profile of its own. */
  async open(url: string, look: LookOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext(contextOptions(look));
    this.#contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    if (look.nowSeconds !== undefined) await page.clock.setFixedTime(look.nowSeconds * 1000);
    await page.goto(url);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.#browser.close();
  }
}

function contextOptions(look: LookOptions): BrowserContextOptions {
  const { width = 1280, height = 900, theme = "light", credentials } = look;
  return {
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce",
    timezoneId: "UTC",
    locale: "en-GB",
    ...(credentials === undefined ? {} : { httpCredentials: credentials }),
  };
}
