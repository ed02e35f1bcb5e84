// The commands of the family "set".

import type { OracleCommand } from "../../command.ts";
import { sadd, srem } from "./sadd.ts";
import { sdiff, sinter, sunion } from "./sinter.ts";
import { sintercard } from "./sintercard.ts";
import { scard, sismember, smembers, smismember } from "./sismember.ts";
import { smove } from "./smove.ts";
import { spop } from "./spop.ts";
import { srandmember } from "./srandmember.ts";
import { sscan } from "./sscan.ts";
import { sdiffstore, sinterstore, sunionstore } from "./store.ts";

export const setCommands: readonly OracleCommand[] = [
  sadd,
  scard,
  sdiff,
  sdiffstore,
  sinter,
  sintercard,
  sinterstore,
  sismember,
  smembers,
  smismember,
  smove,
  spop,
  srandmember,
  srem,
  sscan,
  sunion,
  sunionstore,
];
