// The commands of the family "cluster": a server that is not in a cluster refuses all of them, HELP too.

import { type Call, container, type OracleCommand, type ReplyClass } from "../../command.ts";
import { errors } from "../../errors.ts";
import { error, ofKind, ok, type Reply } from "../../reply.ts";

// Name, arity and, where it is not exact, class.
const subcommands: readonly (readonly [name: string, arity: number, replyClass?: ReplyClass])[] = [
  ["addslots", -3],
  ["addslotsrange", -4],
  ["bumpepoch", 2],
  ["count-failure-reports", 3],
  ["countkeysinslot", 3],
  ["delslots", -3],
  ["delslotsrange", -4],
  ["failover", -2],
  ["flushslots", 2],
  ["forget", 3],
  ["getkeysinslot", 4, "unordered"],
  ["help", 2, "shape"],
  ["info", 2, "shape"],
  ["keyslot", 3],
  ["links", 2, "shape"],
  ["meet", -4],
  ["myid", 2, "shape"],
  ["nodes", 2, "shape"],
  ["replicas", 3],
  ["replicate", 3],
  ["reset", -2],
  ["saveconfig", 2],
  ["set-config-epoch", 3],
  ["setslot", -4],
  ["shards", 2, "shape"],
  ["slaves", 3],
  ["slots", 2, "shape"],
];

function only(reply: Reply): (call: Call) => Reply {
  return ({ model }) => (isInCluster(model) ? reply : error(errors.clusterDisabled));
}

function isInCluster(model: Call["model"]): boolean {
  return model.directive("cluster-enabled") === "yes";
}

// What a cluster answers is not known here: src/commands/cluster/stock.test.ts compares it.
export const clusterCommands: readonly OracleCommand[] = [
  container("cluster"),
  ...subcommands.map(([name, arity, replyClass = "exact"]) => ({
    name: `cluster|${name}`,
    arity,
    class: replyClass,
    run: only(ofKind("anything")),
  })),
  { name: "asking", arity: 1, class: "exact", run: only(ok) },
  { name: "readonly", arity: 1, class: "exact", run: only(ok) },
  { name: "readwrite", arity: 1, class: "exact", run: only(ok) },
];
