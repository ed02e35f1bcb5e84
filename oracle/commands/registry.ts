// All commands the oracle knows, by full name ("client|list" for a subcommand); containers before what they hold.

import type { OracleCommand } from "../command.ts";
import { aclCommands } from "./acl/all.ts";
import { bitmapCommands } from "./bitmap/all.ts";
import { clusterCommands } from "./cluster/all.ts";
import { connectionCommands } from "./connection/all.ts";
import { genericCommands } from "./generic/all.ts";
import { wait } from "./generic/wait.ts";
import { waitaof } from "./generic/waitaof.ts";
import { geoCommands } from "./geo/all.ts";
import { fieldTimeCommands, hashCommands } from "./hash/all.ts";
import { hyperloglogCommands } from "./hyperloglog/all.ts";
import { listCommands } from "./list/all.ts";
import { blockingListCommands } from "./list/blocking.ts";
import { pubsubCommands } from "./pubsub/all.ts";
import { scriptingCommands } from "./scripting/all.ts";
import { serverCommands } from "./server/all.ts";
import { setCommands } from "./set/all.ts";
import { sortCommands } from "./sort/all.ts";
import { sortedSetCommands } from "./sorted-set/all.ts";
import { blockingSortedSetCommands } from "./sorted-set/blocking.ts";
import { streamCommands } from "./stream/all.ts";
import { stringCommands } from "./string/all.ts";
import { transactionCommands } from "./transactions/all.ts";

/** Families whose commands read or write keys, but for a few. */
export const families: readonly (readonly OracleCommand[])[] = [
  bitmapCommands,
  fieldTimeCommands,
  genericCommands,
  geoCommands,
  hashCommands,
  hyperloglogCommands,
  listCommands,
  blockingListCommands,
  setCommands,
  sortCommands,
  sortedSetCommands,
  streamCommands,
  blockingSortedSetCommands,
  stringCommands,
];

const all: readonly OracleCommand[] = [
  ...families.flat(),
  ...aclCommands(() => oracleCommands),
  ...clusterCommands,
  ...connectionCommands,
  wait,
  waitaof,
  ...pubsubCommands,
  ...transactionCommands,
  ...scriptingCommands(() => oracleCommands),
  ...serverCommands(() => oracleCommands), // COMMAND describes them all.
];

// Of these families, but on no key.
const withoutKeys: ReadonlySet<string> = new Set([
  ...["object", "object|help", "pfselftest"],
  ...["xgroup", "xgroup|help", "xinfo", "xinfo|help"],
]);

/** Commands that read or write keys: Redis's flags readonly and write. */
export const keyspaceCommands: ReadonlySet<string> = new Set([
  ...families
    .flat()
    .map(({ name }) => name)
    .filter((name) => !withoutKeys.has(name)),
  ...["eval_ro", "evalsha_ro", "fcall_ro"],
  ...["function|delete", "function|flush", "function|load", "function|restore"],
  ...["dbsize", "flushall", "flushdb", "lolwut", "memory|usage", "swapdb"],
]);

export const oracleCommands: ReadonlyMap<string, OracleCommand> = new Map(
  all.map((command) => [command.name, command]),
);
