// LOLWUT: a small picture and the version. The picture is a maze of slashes, another one each time.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { after, integer, optional } from "../syntax.ts";

const COLUMNS = 66;
const ROWS = 10;

export const lolwut = defineCommand({
  name: "lolwut",
  summary: "Draws a small picture and tells the server's version.",
  since: "5.0.0",
  group: "server",
  complexity: "",
  flags: ["readonly", "fast"],
  // Each version of the original takes numbers of its own after VERSION; any are accepted.
  syntax: [optional(after("VERSION", integer("version")))],
  class: "random",
  run({ args, reply, server }) {
    if (args.count >= 3 && args.is(1, "version")) {
      const version = args.bigInteger(2);
      if (version === undefined) return reply.error(errors.notAnInteger);
      // The pictures of versions 5 and 6 take three numbers and two.
      const numbers = version === 5n ? 3 : version === 6n ? 2 : 0;
      for (let i = 3; i < Math.min(args.count, 3 + numbers); i++) {
        if (args.bigInteger(i) === undefined) return reply.error(errors.notAnInteger);
      }
    }
    let picture = "";
    for (let row = 0; row < ROWS; row++) {
      for (let column = 0; column < COLUMNS; column++) picture += server.rng.chance(1, 2) ? "/" : "\\";
      picture += "\n";
    }
    reply.verbatim("txt", `${picture}\nShadis ver. ${server.host().version}\n`);
  },
});
