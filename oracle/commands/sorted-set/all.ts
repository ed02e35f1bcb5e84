// The commands of the family "sorted set".

import type { OracleCommand } from "../../command.ts";
import { zadd, zincrby } from "./zadd.ts";
import { zcount, zlexcount } from "./zcount.ts";
import { zintercard } from "./zintercard.ts";
import { zmpop, zpopmax, zpopmin } from "./zpopmin.ts";
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
import { zcard, zmscore, zscore } from "./zscore.ts";
import { zdiff, zinter, zunion } from "./zunion.ts";
import { zdiffstore, zinterstore, zunionstore } from "./zunionstore.ts";

export const sortedSetCommands: readonly OracleCommand[] = [
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
