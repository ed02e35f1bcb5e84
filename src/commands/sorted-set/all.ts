// All commands of the sorted set family, by name.

import type { CommandDeclaration } from "../define.ts";
import { zadd, zincrby } from "./zadd.ts";
import { zcard, zmscore, zscore } from "./zcard.ts";
import { zcount, zlexcount } from "./zcount.ts";
import { bzmpop, zmpop } from "./zmpop.ts";
import { bzpopmax, bzpopmin, zpopmax, zpopmin } from "./zpop.ts";
import { zrandmember } from "./zrandmember.ts";
import {
  zrange,
  zrangebylex,
  zrangebyscore,
  zrangestore,
  zrevrange,
  zrevrangebylex,
  zrevrangebyscore,
} from "./zrange.ts";
import { zrank, zrevrank } from "./zrank.ts";
import { zrem } from "./zrem.ts";
import { zremrangebylex, zremrangebyrank, zremrangebyscore } from "./zremrange.ts";
import { zscan } from "./zscan.ts";
import { zdiff, zdiffstore, zinter, zintercard, zinterstore, zunion, zunionstore } from "./zunion.ts";

export const sortedSetCommands: readonly CommandDeclaration[] = [
  bzmpop,
  bzpopmax,
  bzpopmin,
  zadd,
  zcard,
  zcount,
  zdiff,
  zdiffstore,
  zincrby,
  zinter,
  zintercard,
  zinterstore,
  zlexcount,
  zmpop,
  zmscore,
  zpopmax,
  zpopmin,
  zrandmember,
  zrange,
  zrangebylex,
  zrangebyscore,
  zrangestore,
  zrank,
  zrem,
  zremrangebylex,
  zremrangebyrank,
  zremrangebyscore,
  zrevrange,
  zrevrangebylex,
  zrevrangebyscore,
  zrevrank,
  zscan,
  zscore,
  zunion,
  zunionstore,
];
