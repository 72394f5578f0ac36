/**
 * `hm9000`: the command line that wraps every component and the tools around them.
 *
 * @module
 */

import { main } from "./_main.ts";
import { runProgram } from "./_program.ts";

if (import.meta.main) await main(runProgram);
