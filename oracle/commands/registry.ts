// All commands the oracle knows, by full name ("client|list" for a subcommand); containers before what they hold.

import type { OracleCommand } from "../command.ts";
import { bitmapCommands } from "./bitmap/all.ts";
import { connectionCommands } from "./connection/all.ts";
import { genericCommands } from "./generic/all.ts";
import { fieldTimeCommands, hashCommands } from "./hash/all.ts";
import { hyperloglogCommands } from "./hyperloglog/all.ts";
import { listCommands } from "./list/all.ts";
import { blockingListCommands } from "./list/blocking.ts";
import { pubsubCommands } from "./pubsub/all.ts";
import { serverCommands } from "./server/all.ts";
import { setCommands } from "./set/all.ts";
import { sortCommands } from "./sort/all.ts";
import { sortedSetCommands } from "./sorted-set/all.ts";
import { stringCommands } from "./string/all.ts";
import { transactionCommands } from "./transactions/all.ts";

/** Families whose commands read or write keys, but for a few. */
export const families: readonly (readonly OracleCommand[])[] = [
  bitmapCommands,
  fieldTimeCommands,
  genericCommands,
  hashCommands,
  hyperloglogCommands,
  listCommands,
  blockingListCommands,
  setCommands,
  sortCommands,
  sortedSetCommands,
  stringCommands,
];

const all: readonly OracleCommand[] = [
  ...families.flat(),
  ...connectionCommands,
  ...pubsubCommands,
  ...transactionCommands,
  ...serverCommands(() => oracleCommands), // COMMAND describes them all.
];

/** Commands that read or write keys: Redis's flags readonly and write. */
export const keyspaceCommands: ReadonlySet<string> = new Set([
  ...families
    .flat()
    .map(({ name }) => name)
    .filter((name) => name !== "object" && name !== "object|help" && name !== "pfselftest"),
  ...["dbsize", "flushall", "flushdb", "lolwut", "memory|usage", "swapdb"],
]);

export const oracleCommands: ReadonlyMap<string, OracleCommand> = new Map(
  all.map((command) => [command.name, command]),
);
