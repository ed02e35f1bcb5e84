// All commands of the cluster family, by name.

import type { CommandDeclaration } from "../define.ts";
import { cluster } from "./cluster.ts";
import { asking, readonly, readwrite } from "./readonly.ts";

export const clusterCommands: readonly CommandDeclaration[] = [asking, cluster, readonly, readwrite];
