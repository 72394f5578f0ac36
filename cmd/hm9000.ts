/**
 * `hm9000`: the command line that wraps every component and the tools around them.
 *
 * @module
 */

import { enter } from "./_enter.ts";

if (import.meta.main) await enter(async () => (await import("./_program.ts")).runProgram);
