// CONFIG: reads and changes the configuration of the running server.

import { errors } from "../../resp/errors.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { block, repeated, string } from "../syntax.ts";
import { helpCommand } from "./help.ts";
import { isLocalClient } from "./local-client.ts";

const common = { group: "server", flags: ["admin", "noscript", "loading", "stale"] } as const;

const get: CommandDeclaration = {
  ...common,
  name: "get",
  summary: "Returns the directives that match any of the patterns, with their values.",
  since: "2.0.0",
  complexity: "O(N) when N is the number of configuration parameters provided",
  history: [["7.0.0", "Takes several patterns."]],
  syntax: [repeated(block("parameter", string("parameter")))],
  class: "shape",
  run({ args, reply, server }) {
    const patterns: string[] = [];
    for (let i = 2; i < args.count; i++) patterns.push(args.text(i));
    const found = server.config.get(...patterns);
    reply.map(found.length);
    for (const [name, value] of found) {
      reply.bulkText(name);
      reply.bulkText(value);
    }
  },
};

const resetstat: CommandDeclaration = {
  ...common,
  name: "resetstat",
  summary: "Sets the counters that INFO reports back to 0.",
  since: "2.0.0",
  complexity: "O(1)",
  syntax: [],
  class: "exact",
  run({ reply, server }) {
    server.resetStats();
    reply.ok();
  },
};

const rewrite: CommandDeclaration = {
  ...common,
  name: "rewrite",
  summary: "Writes the configuration in force to the configuration file.",
  since: "2.8.0",
  complexity: "O(1)",
  syntax: [],
  class: "exact",
  run({ reply, server }) {
    if (server.configFile === "") return reply.error(errors.noConfigFile);
    const failure = server.rewriteConfig();
    if (failure !== undefined) {
      server.log("warning", `CONFIG REWRITE failed: ${failure}`);
      return reply.error(errors.rewritingConfigFile(failure));
    }
    server.log("notice", "CONFIG REWRITE executed with success.");
    reply.ok();
  },
};

const set: CommandDeclaration = {
  ...common,
  name: "set",
  summary: "Changes directives, all of them or none.",
  since: "2.0.0",
  complexity: "O(N) when N is the number of configuration parameters provided",
  history: [["7.0.0", "Takes several directives."]],
  syntax: [repeated(block("parameter_value", string("parameter"), string("value")))],
  tips: ["request_policy:all_nodes", "response_policy:all_succeeded"],
  class: "exact",
  run({ args, reply, server, client }) {
    if (args.count % 2 !== 0) return reply.error(errors.syntax);
    const pairs: [string, string][] = [];
    for (let i = 2; i < args.count; i += 2) pairs.push([args.text(i), args.text(i + 1)]);
    const result = server.config.set(pairs, { isLocalClient: isLocalClient(client) });
    if (!result.ok) return reply.error(result.error);
    for (const warning of server.config.takeWarnings()) server.log("warning", warning);
    reply.ok();
  },
};

const help = helpCommand({
  container: "config",
  since: "5.0.0",
  lines: [
    "GET <pattern> [<pattern> ...]",
    "    Return the directives that match a pattern, with their values.",
    "SET <directive> <value> [<directive> <value> ...]",
    "    Change directives, all of them or none.",
    "RESETSTAT",
    "    Set the counters that INFO reports back to 0.",
    "REWRITE",
    "    Write the configuration in force to the configuration file.",
  ],
});

export const config = defineCommand({
  name: "config",
  summary: "Reads and changes the configuration.",
  since: "2.0.0",
  group: "server",
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [get, help, resetstat, rewrite, set],
});
