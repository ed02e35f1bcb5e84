// Env: all ports together. The real ones are in env/real; the simulator brings its own.

import type { Probe } from "../lib/probe.ts";
import type { Clock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { BlockingFiles, Files } from "./files.ts";
import type { Hashing } from "./hashing.ts";
import type { Host } from "./host.ts";
import type { DirectoryLock } from "./lock.ts";
import type { Log } from "./log.ts";
import type { LuaProgram } from "./lua.ts";
import type { Net } from "./net.ts";
import type { Observer } from "./observer.ts";
import type { Randomness } from "./random.ts";
import type { Threads } from "./threads.ts";
import type { Tls } from "./tls.ts";

export type Env = {
  readonly clock: Clock;
  readonly random: Randomness;
  readonly net: Net;
  readonly disk: Disk;
  readonly files: Files;
  readonly blockingFiles: BlockingFiles;
  /** Absent where nobody else can be. */
  readonly lock?: DirectoryLock;
  readonly threads: Threads;
  readonly host: Host;
  readonly hashing: Hashing;
  readonly log: Log;
  readonly probe: Probe;
  /** Encrypted streams; without it no tls-port can be opened. */
  readonly tls?: Tls;
  /** Lua, for scripts; without it they are refused. */
  readonly lua?: LuaProgram;
  /** Told of everything that is run; absent unless an oracle or a simulation is attached. */
  readonly observer?: Observer;
};
