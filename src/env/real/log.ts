// The real log: pino, pretty on a terminal, JSON otherwise.

import { createRequire } from "node:module";
import pino from "pino";
import type { PrettyOptions } from "pino-pretty";
import type { Log } from "../log.ts";

export type LogOptions = { readonly level: string; readonly file: string; readonly isTerminal: boolean };

const levels = { debug: "debug", verbose: "trace", notice: "info", warning: "warn" } as const;
// Redis orders debug < verbose < notice < warning; pino has trace below debug, so both map by value.
const values = { debug: 10, verbose: 20, notice: 30, warning: 40 } as const;

export function realLog(options: LogOptions): Log {
  const level = options.level in values ? (options.level as keyof typeof values) : "notice";
  const to = options.file === "" ? 1 : options.file;
  const isPretty = options.isTerminal && options.file === "";
  const destination = isPretty ? prettyOutput() : pino.destination({ dest: to, sync: true });
  const logger = pino(
    { level: levels[level === "debug" ? "verbose" : level], base: { pid: process.pid } },
    destination,
  );
  return {
    write(at, text, fields) {
      if (values[at] < values[level]) return;
      if (fields === undefined) logger[levels[at]](text);
      else logger[levels[at]](fields, text);
    },
  };
}

// Loaded only where a person looks: it costs a megabyte.
function prettyOutput(): pino.DestinationStream {
  const pretty = createRequire(import.meta.url)("pino-pretty") as (
    options: PrettyOptions,
  ) => pino.DestinationStream;
  return pretty({ colorize: true, sync: true, ignore: "hostname" });
}
