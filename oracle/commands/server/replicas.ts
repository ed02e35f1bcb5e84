// SYNC, PSYNC and REPLCONF, as far as they answer: what a replica is sent instead is no reply.

import type { OracleCommand } from "../../command.ts";
import { int64 } from "../../numbers.ts";
import { error, nothing, ok, type Reply } from "../../reply.ts";
import { notAnInteger, syntaxError } from "../../strings.ts";

export const sync: OracleCommand = {
  name: "sync",
  arity: 1,
  class: "exact",
  run: () => nothing,
};

export const psync: OracleCommand = {
  name: "psync",
  arity: -3,
  class: "exact",
  run({ words }) {
    if (words[3]?.toLowerCase() === "failover") return error("ERR PSYNC FAILOVER can't be sent to a master.");
    return int64(words[2] as string) === undefined ? notAnInteger : nothing;
  },
};

export const replconf: OracleCommand = {
  name: "replconf",
  arity: -1,
  class: "exact",
  run({ words }) {
    if (words.length % 2 === 0) return syntaxError;
    for (let i = 1; i < words.length; i += 2) {
      const option = words[i] as string;
      if (/^(ack|getack)$/i.test(option)) return nothing;
      const refusal = refusalOf(option, words[i + 1] as string);
      if (refusal !== undefined) return refusal;
    }
    return ok;
  },
};

function refusalOf(option: string, value: string): Reply | undefined {
  switch (option.toLowerCase()) {
    case "capa":
      return undefined;
    case "listening-port":
      return int64(value) === undefined ? notAnInteger : undefined;
    case "ip-address":
      if (value.length < 256) return undefined;
      return error(`ERR REPLCONF ip-address provided by replica instance is too long: ${value.length} bytes`);
    case "rdb-only": {
      const flag = int64(value);
      if (flag === undefined) return notAnInteger;
      return flag === 0n || flag === 1n
        ? undefined
        : error("ERR value is out of range, value must between 0 and 1");
    }
    case "rdb-filter-only": {
      const other = value.split(/\s+/).find((word) => word !== "" && word.toLowerCase() !== "functions");
      return other === undefined ? undefined : error(`ERR Unsupported rdb-filter-only option: ${other}`);
    }
    default:
      return error(`ERR Unrecognized REPLCONF option: ${option}`);
  }
}
