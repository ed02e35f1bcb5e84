// The commands of the family "connection".

import type { OracleCommand } from "../../command.ts";
import { auth } from "./auth.ts";
import {
  client,
  clientGetname,
  clientHelp,
  clientId,
  clientNoEvict,
  clientNoTouch,
  clientReply,
  clientSetinfo,
  clientSetname,
} from "./client.ts";
import {
  clientInfo,
  clientKill,
  clientList,
  clientPause,
  clientUnblock,
  clientUnpause,
} from "./client-others.ts";
import { echo, quit, reset, select } from "./echo.ts";
import { hello } from "./hello.ts";
import { ping } from "./ping.ts";
import { clientCaching, clientGetredir, clientTracking, clientTrackinginfo } from "./tracking.ts";

export const connectionCommands: readonly OracleCommand[] = [
  auth,
  client,
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
  echo,
  hello,
  ping,
  quit,
  reset,
  select,
];
