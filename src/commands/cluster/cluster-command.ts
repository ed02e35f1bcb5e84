// What the commands of CLUSTER share: all are refused where there is no cluster.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import type { CommandDeclaration, CommandFlag } from "../define.ts";
import type { ClusterState } from "./cluster-state.ts";

/** Flags of what changes the cluster, in Redis. */
export const changing: readonly CommandFlag[] = ["admin", "stale", "no_async_loading"];

type Fields = Omit<CommandDeclaration, "group" | "complexity" | "flags" | "class" | "run" | "since"> & {
  readonly since?: string;
  readonly complexity?: string;
  readonly flags?: readonly CommandFlag[];
  readonly class?: CommandDeclaration["class"];
  readonly run: (context: CommandContext, cluster: ClusterState) => void;
};

/** A subcommand of CLUSTER, which runs where there is a cluster. */
export function clusterCommand({ run, ...fields }: Fields): CommandDeclaration {
  return {
    since: "3.0.0",
    group: "cluster",
    complexity: "O(1)",
    flags: ["stale"],
    class: "exact",
    ...fields,
    run(context) {
      const { cluster } = context.server;
      if (cluster === undefined) return context.reply.error(errors.clusterDisabled);
      run(context, cluster);
    },
  };
}

/** Argument i as the name of this node; else an error is the reply. */
export function isOwnName({ args, reply }: CommandContext, i: number, cluster: ClusterState): boolean {
  if (args.text(i).toLowerCase() === cluster.id) return true;
  reply.error(errors.unknownNode(args.textBeforeNul(i)));
  return false;
}
