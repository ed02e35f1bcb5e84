// Coming: commands that are complete but not served yet, because the oracle's and the compatibility suite's entries
// for them are still missing. Tests use them beside the registry's; a family moves there when its entries exist.

import type { CommandDeclaration } from "./define.ts";
import { sort, sortRo } from "./generic/sort.ts";
import { hyperloglogCommands } from "./hyperloglog/all.ts";
import { listCommands } from "./list/all.ts";
import { pubsubCommands } from "./pubsub/all.ts";
import { setCommands } from "./set/all.ts";
import { transactionCommands } from "./transactions/all.ts";

export const comingDeclarations: readonly CommandDeclaration[] = [
  ...hyperloglogCommands,
  ...listCommands,
  ...pubsubCommands,
  ...setCommands,
  sort,
  sortRo,
  ...transactionCommands,
];
