// The commands of the family "connection".

import type { OracleCommand } from "../../command.ts";
import { auth } from "./auth.ts";
import {
  client,
  clientGetname,
  clientGetredir,
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

export const connectionCommands: readonly OracleCommand[] = [
  auth,
  client,
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
  clientUnblock,
  clientUnpause,
  echo,
  hello,
  ping,
  quit,
  reset,
  select,
];
