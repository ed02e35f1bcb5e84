// All commands of the set family, by name.

import type { CommandDeclaration } from "../define.ts";
import { sadd } from "./sadd.ts";
import { scard } from "./scard.ts";
import { sdiff, sdiffstore, sinter, sinterstore, sunion, sunionstore } from "./sinter.ts";
import { sintercard } from "./sintercard.ts";
import { sismember, smismember } from "./sismember.ts";
import { smembers } from "./smembers.ts";
import { smove } from "./smove.ts";
import { spop } from "./spop.ts";
import { srandmember } from "./srandmember.ts";
import { srem } from "./srem.ts";
import { sscan } from "./sscan.ts";

export const setCommands: readonly CommandDeclaration[] = [
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
