// Command list: what commands a stock Redis has, as committed in stock-commands.json.

import { join } from "node:path";
import { readJson } from "../tcl/files.ts";

export type StockCommand = {
  readonly name: string;
  readonly group: string;
  /** Names without the container's: "list" of CLIENT LIST. */
  readonly subcommands?: readonly string[];
};

export type StockCommandFile = { readonly version: string; readonly commands: readonly StockCommand[] };

export const stockCommandsPath: string = join(import.meta.dirname, "..", "stock-commands.json");

export function readStockCommands(): StockCommandFile {
  return readJson(stockCommandsPath) ?? { version: "", commands: [] };
}

/** Its full name and its subcommands': "client", "client|list". */
export function fullNames({ name, subcommands }: StockCommand): string[] {
  return [name, ...(subcommands ?? []).map((each) => `${name}|${each}`)];
}
