// Compat: `npm run compat`, the suites that hold this server against what a stock Redis does.
//
// Role: a program. It runs the suites that are named, all by default, and adds up what they counted.
// Invariant: the last line is `N passed, N failed, N skipped`, and the exit code is 0 only when nothing failed.

import { runBlackbox } from "./suite/blackbox.ts";
import { runClients } from "./suite/clients.ts";
import { runCommands } from "./suite/commands.ts";
import { add, type Counts, closingLine, noCounts } from "./suite/counts.ts";
import { type Options, readOptions, type SuiteName } from "./suite/options.ts";
import { runTcl } from "./tcl/suite.ts";

const suites: Readonly<Record<SuiteName, (options: Options) => Promise<Counts>>> = {
  blackbox: runBlackbox,
  commands: runCommands,
  clients: runClients,
  tcl: runTcl,
};

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  let total = noCounts;
  for (const name of options.suites) {
    console.log(`\n== ${name}`);
    const counts = await suites[name](options);
    console.log(`== ${name}: ${closingLine(counts)}`);
    total = add(total, counts);
  }
  console.log(`\n${closingLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}
