// CLIENT: the container of the commands about connections.

import { defineCommand } from "../define.ts";
import { clientHelp } from "./client-help.ts";
import { clientGetredir, clientId } from "./client-id.ts";
import { clientKill } from "./client-kill.ts";
import { clientInfo, clientList } from "./client-list.ts";
import { clientNoEvict, clientNoTouch, clientReply } from "./client-modes.ts";
import { clientGetname, clientSetinfo, clientSetname } from "./client-name.ts";
import { clientPause, clientUnpause } from "./client-pause.ts";
import { clientCaching, clientTracking, clientTrackinginfo } from "./client-tracking.ts";
import { clientUnblock } from "./client-unblock.ts";

export const client = defineCommand({
  name: "client",
  summary: "Holds the commands about client connections.",
  since: "2.4.0",
  group: "connection",
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [
    clientCaching,
    clientGetname,
    clientGetredir,
    clientHelp,
    clientId,
    clientInfo,
    clientKill,
    clientList,
    clientNoEvict,
    clientNoTouch,
    clientPause,
    clientReply,
    clientSetinfo,
    clientSetname,
    clientTracking,
    clientTrackinginfo,
    clientUnblock,
    clientUnpause,
  ],
});
