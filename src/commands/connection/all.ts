// All commands of the connection family, by name.

import type { CommandDeclaration } from "../define.ts";
import { auth } from "./auth.ts";
import { client } from "./client.ts";
import { echo } from "./echo.ts";
import { hello } from "./hello.ts";
import { monitor } from "./monitor.ts";
import { ping } from "./ping.ts";
import { quit } from "./quit.ts";
import { reset } from "./reset.ts";
import { select } from "./select.ts";

export const connectionCommands: readonly CommandDeclaration[] = [
  auth,
  client,
  echo,
  hello,
  monitor,
  ping,
  quit,
  reset,
  select,
];
