/**
 * What runs on a core of its own: simulates what it is told, and tells what came of it.
 *
 * @module
 */

import { simulate } from "./simulate.ts";

// Errors are part of every hour, and nobody reads where they came from.
Error.stackTraceLimit = 0;

const port = globalThis as unknown as Pick<Worker, "postMessage" | "onmessage">;

port.onmessage = async ({ data }) => port.postMessage(await simulate(data));
