import { expect, test } from "vitest";
import { Chance } from "../generator/chance.ts";
import { targets } from "../generator/declared.ts";
import { drawCall } from "../generator/generate.ts";
import { ask, bothServers, converse, hasStock } from "./both.ts";

const { onBoth } = bothServers(7564, ["--requirepass", "secret"]);
const compared = test.skipIf(!hasStock);

// Allowed to anyone: what a client needs in order to say who it is, and to leave.
const open = ["auth", "hello", "quit", "reset"];
const onlyHere = [
  "client|setinfo",
  "client|no-touch",
  "waitaof",
  "hexpire",
  "hexpireat",
  "hexpiretime",
  "hgetdel",
  "hgetex",
  "hpersist",
  "hpexpire",
  "hpexpireat",
  "hpexpiretime",
  "hpttl",
  "hsetex",
  "httl",
];
// Takes WITHSCORE, as of 7.2; the stock server counts the words first.
const takesMore = ["zrank", "zrevrank"];

compared("every command but the four that lead in or out is refused before AUTH", async () => {
  const chance = new Chance(7);
  const calls = targets
    .filter(
      ({ fullName }) =>
        !open.includes(fullName) && !onlyHere.includes(fullName) && !takesMore.includes(fullName),
    )
    .flatMap((target) =>
      Array.from({ length: 6 }, () => drawCall(target, chance, { payloads: ["x"] })?.words ?? []),
    )
    // Longer requests are refused by the parser, which has a test of its own.
    .filter((words) => words.length > 0 && words.length <= 10 && words.every((word) => word.length < 16_000));
  const { stock, shadis } = await onBoth(async (_, connect) => converse(await connect(), ...calls));
  expect(shadis).toEqual(stock);
  const refused = shadis.filter((reply) => reply.startsWith("-NOAUTH"));
  expect(refused.length).toBeGreaterThan(calls.length * 0.7);
  // What is not NOAUTH is a call that does not exist or has too few words, told without a look at any data.
  expect(
    shadis.filter(
      (reply) => !/^-(NOAUTH|EXECABORT .*: (NOAUTH|wrong number)|ERR (unknown|wrong number))/.test(reply),
    ),
  ).toEqual([]);
});

compared(
  "AUTH and HELLO AUTH open the gate, a wrong password does not, and RESET closes it again",
  async () => {
    const { stock, shadis } = await onBoth(async (_, connect) => {
      const connection = await connect();
      const replies = await converse(
        connection,
        ["PING"],
        ["AUTH", "wrong"],
        ["AUTH", "default", "wrong"],
        ["AUTH", "nobody", "secret"],
        ["HELLO", "3"],
        ["HELLO", "3", "AUTH", "default", "wrong"],
        ["PING"],
        ["AUTH", "secret"],
        ["PING"],
        ["RESET"],
        ["PING"],
        ["HELLO", "2", "AUTH", "default", "secret"],
        ["PING"],
        ["AUTH", "wrong"],
        ["PING"],
      );
      return replies.map((reply) => reply.replace(/(?<=\r\nid\r\n:)\d+/, "N"));
    });
    expect(shadis).toEqual(stock);
    expect(shadis[8]).toBe("+PONG\r\n");
    expect(shadis[10]).toMatch(/^-NOAUTH/);
  },
);

compared("before AUTH long requests are refused by their announced lengths", async () => {
  const requests = ["*11\r\n", "*10\r\n$4\r\n", "*1\r\n$16385\r\n", "*2\r\n$4\r\nPING\r\n$16384\r\n"];
  const { stock, shadis } = await onBoth(async (_, connect) => {
    const answers: (string | undefined)[] = [];
    for (const request of requests) {
      const connection = await connect();
      connection.send(Buffer.from(request));
      answers.push((await connection.readToEnd())?.toString("latin1"));
    }
    return answers;
  });
  expect(shadis).toEqual(stock);
  expect(shadis[0]).toBe("-ERR Protocol error: unauthenticated multibulk length\r\n");
});

compared("a password set while clients are connected is asked of new ones only", async () => {
  const { stock, shadis } = await onBoth(async (_, connect) => {
    const old = await connect();
    const replies = [
      await ask(old, "AUTH", "secret"),
      await ask(old, "CONFIG", "SET", "requirepass", ""),
      await ask(await connect(), "PING"),
    ];
    const between = await connect();
    replies.push(await ask(between, "PING"), await ask(old, "CONFIG", "SET", "requirepass", "secret"));
    return [...replies, await ask(between, "PING"), await ask(await connect(), "PING")];
  });
  expect(shadis).toEqual(stock);
});
