// Commands suite: what COMMAND says on a stock Redis, against the committed list and against this server.
//
// Role: keeps compat/stock-commands.json true (--write makes it anew from a running stock server), and tells which
// of the stock server's commands are there. Where both have a command, COMMAND INFO must say the same of it, since
// clients route and pipeline by that. Each command and subcommand counts once: the same, differing (failed), or
// not there (skipped).

import { RawConnection } from "../resp/raw-connection.ts";
import { type Frame, isNullFrame, parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest, type Words } from "../resp/request.ts";
import { findStock, startServer, stockCommand, stopServer } from "../servers/pair.ts";
import { writeJson } from "../tcl/files.ts";
import { fullNames, readStockCommands, type StockCommand, stockCommandsPath } from "./command-list.ts";
import type { Counts } from "./counts.ts";
import { coverageTable } from "./coverage-table.ts";
import type { Options } from "./options.ts";
import { type Place, withTarget } from "./target.ts";

// The last field of COMMAND INFO lists the subcommands, which are asked about one by one.
const comparedFields = 9;

export async function runCommands(options: Options): Promise<Counts> {
  const stock = findStock() === undefined ? undefined : await readStock(options.portBase + 1);
  if (stock === undefined)
    console.log("skipped: COMMAND INFO is compared with a stock Redis, and redis-server is not on the PATH");
  if (stock !== undefined && options.isWriting) {
    writeJson(stockCommandsPath, { version: stock.version, commands: stock.commands });
    console.log(`written: ${stockCommandsPath}`);
  }
  const { commands } = readStockCommands();
  const names = commands.flatMap(fullNames);
  const ours = await withTarget(options, (place) => readInfo(place, names));
  console.log(`\n${coverageTable(commands, new Set(ours.keys()))}\n`);

  let failed = 0;
  if (stock !== undefined && JSON.stringify(stock.commands) !== JSON.stringify(commands)) {
    console.log("FAIL stock-commands.json differs from what the stock server says; --write makes it anew");
    failed += 1;
  }
  let passed = 0;
  for (const [name, info] of ours) {
    const expected = stock?.info.get(name);
    const isSame = expected === info || withLaterArity(name, expected) === info;
    if (expected === undefined || isSame) passed += 1;
    else {
      failed += 1;
      console.log(
        `FAIL COMMAND INFO ${name}\n  stock  ${JSON.stringify(expected)}\n  shadis ${JSON.stringify(info)}`,
      );
    }
  }
  return { passed, failed, skipped: names.length - ours.size };
}

/** Full names of the stock server's commands that the server under test does not have. */
export async function absentCommands(options: Options): Promise<ReadonlySet<string>> {
  return withTarget(options, absentAt);
}

/** The same for a server that runs. */
export async function absentAt(place: Place): Promise<ReadonlySet<string>> {
  const names = readStockCommands().commands.flatMap(fullNames);
  const known = await readInfo(place, names);
  return new Set(names.filter((name) => !known.has(name)));
}

type Stock = {
  readonly version: string;
  readonly commands: readonly StockCommand[];
  readonly info: ReadonlyMap<string, string>;
};

async function readStock(port: number): Promise<Stock> {
  const server = await startServer("stock", stockCommand(), port);
  try {
    const place = { host: "127.0.0.1", port };
    const docs = (await askAll(place, [["COMMAND", "DOCS"]]))[0];
    const version = (await askAll(place, [["INFO", "server"]]))[0]?.text ?? "";
    const commands = pairs(docs)
      .map(([name, fields]) => commandOf(name.text, fields))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      version: /redis_version:(\S+)/.exec(version)?.[1] ?? "",
      commands,
      info: await readInfo(place, commands.flatMap(fullNames)),
    };
  } finally {
    await stopServer(server);
  }
}

// With WITHSCORE, of 7.2, these take more arguments than a stock 7.0 says; all else must be the same.
function withLaterArity(name: string, info: string | undefined): string | undefined {
  return name === "zrank" || name === "zrevrank" ? info?.replace("\r\n:3\r\n", "\r\n:-3\r\n") : info;
}

// COMMAND DOCS in RESP2: names and values in turn, at each level.
function commandOf(name: string, fields: Frame): StockCommand {
  const field = (wanted: string): Frame | undefined =>
    pairs(fields).find(([key]) => key.text === wanted)?.[1];
  const subcommands = pairs(field("subcommands"))
    .map(([key]) => key.text.split("|").at(-1) ?? "")
    .sort();
  const group = field("group")?.text ?? "";
  return subcommands.length === 0 ? { name, group } : { name, group, subcommands };
}

function pairs(frame: Frame | undefined): (readonly [Frame, Frame])[] {
  const items = frame?.items ?? [];
  const found: (readonly [Frame, Frame])[] = [];
  for (let i = 0; i + 1 < items.length; i += 2) {
    const [key, value] = [items[i], items[i + 1]];
    if (key !== undefined && value !== undefined) found.push([key, value]);
  }
  return found;
}

/** For each name that the server knows, the fields of COMMAND INFO as they stood on the wire. */
async function readInfo(place: Place, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const replies = await askAll(
    place,
    names.map((name) => ["COMMAND", "INFO", name]),
  );
  const known = new Map<string, string>();
  names.forEach((name, index) => {
    const info = replies[index]?.items[0];
    if (info === undefined || isNullFrame(info)) return;
    known.set(
      name,
      info.items
        .slice(0, comparedFields)
        .map(({ raw }) => raw.toString("latin1"))
        .join(""),
    );
  });
  return known;
}

async function askAll(place: Place, calls: readonly Words[]): Promise<readonly Frame[]> {
  const connection = await RawConnection.open(place);
  try {
    for (const words of calls) connection.send(encodeRequest(words));
    return (await connection.take(calls.length)).map((reply) => parseFrame(reply));
  } finally {
    connection.close();
  }
}
