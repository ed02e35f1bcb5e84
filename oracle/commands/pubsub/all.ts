// The commands of the family "pubsub".

import { container, type OracleCommand } from "../../command.ts";
import { helpText } from "../server/help.ts";
import { publishCommands } from "./publish.ts";
import { inspectionCommands } from "./pubsub.ts";
import { subscribeCommands } from "./subscribe.ts";

export const pubsubCommands: readonly OracleCommand[] = [
  ...publishCommands,
  container("pubsub"),
  ...inspectionCommands,
  { name: "pubsub|help", arity: 2, class: "shape", run: helpText },
  ...subscribeCommands,
];
