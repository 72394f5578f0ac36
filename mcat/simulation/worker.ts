/**
 * What runs on a core of its own: simulates what it is told, and tells what came of it.
 *
 * @module
 */

import { simulate } from "./simulate.ts";

const port = globalThis as unknown as Pick<Worker, "postMessage" | "onmessage">;

port.onmessage = async ({ data }) => port.postMessage(await simulate(data));
