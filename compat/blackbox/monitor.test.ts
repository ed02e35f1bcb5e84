import { expect, test } from "vitest";
import { encodeRequest } from "../resp/request.ts";
import { answer, ask, bothServers, converse, hasStock } from "./both.ts";

const { onBoth } = bothServers(7562);
const compared = test.skipIf(!hasStock);

compared("MONITOR shows what others run, quoted, without secrets and without administration", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const [monitor, client] = [await open(), await open()];
    const started = await ask(monitor, "MONITOR");
    await converse(
      client,
      ["SET", "k", 'a "quoted"\r\n\t\\\x00\x07\x08\xff value'],
      ["select", "3"],
      ["gEt", "k"],
      ["CONFIG", "GET", "maxmemory"],
      ["AUTH", "secret"],
      ["HELLO", "3", "AUTH", "default", "secret"],
      ["HELLO", "2"],
      ["GET"],
      ["NO-SUCH-COMMAND", "x"],
      ["CLIENT", "SETNAME", "worker"],
      ["OBJECT", "ENCODING", "k"],
      ["COMMAND", "COUNT"],
      ["DEL", ""],
      ["MSET", "a", "1", "b", "2"],
      ["SLOWLOG", "LEN"],
      ["INFO", "server"],
      ["DEBUG", "LOG", "x"],
      ["TIME"],
    );
    client.send(Buffer.from("ping   'inline words'\r\n"));
    await answer(client);
    await ask(client, "ECHO", "the last line");
    const lines: string[] = [];
    do lines.push(await answer(monitor));
    while (!/the last line|closed|nothing/.test(lines.at(-1) ?? ""));
    return [
      started,
      ...lines.map((line) => line.replace(/^\+\d+\.\d{6} \[(\d+) 127\.0\.0\.1:\d+\]/, "+TIME [$1 ADDRESS]")),
    ];
  });
  expect(shadis).toEqual(stock);
  expect(shadis.length).toBeGreaterThan(8);
});

compared("MONITOR shows a call before its reply comes, and RESET ends the feed", async () => {
  const { stock, shadis } = await onBoth(async (_, open) => {
    const [monitor, client] = [await open(), await open()];
    const started = await ask(monitor, "MONITOR");
    await ask(client, "PING");
    const line = await answer(monitor);
    monitor.send(encodeRequest(["RESET"]));
    const reset = await answer(monitor);
    await ask(client, "PING");
    return [started, line.slice(-8), reset, await ask(monitor, "ECHO", "x")];
  });
  expect(shadis).toEqual(stock);
  expect(shadis).toEqual(["+OK\r\n", '"PING"\r\n', "+RESET\r\n", "$1\r\nx\r\n"]);
});
