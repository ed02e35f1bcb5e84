import { expect, test } from "vitest";
import { InProcess } from "./in-process.ts";
import { readScript } from "./operation.ts";
import type { Link, Subject } from "./subject.ts";
import { Trial } from "./trial.ts";

const setting = { shards: 4, seed: 1 };

async function performed(subject: Subject, ...lines: string[]) {
  const trial = new Trial(subject);
  await trial.begin(setting);
  const difference = await trial.perform(readScript(lines.join("\n")).operations);
  await subject.stop();
  return difference;
}

/** The server in process, with its replies changed on their way. */
class Liar extends InProcess {
  private readonly lie: (reply: string) => string;
  constructor(lie: (reply: string) => string) {
    super();
    this.lie = lie;
  }
  override connect(): Link {
    const link = super.connect();
    const received = link.received.bind(link);
    link.received = () => this.lie(received());
    return link;
  }
}

test("the server and the oracle agree over pipelines, clients, protocols, time and walks", async () => {
  const difference = await performed(
    new InProcess(),
    "1> SET a 1",
    "1+ INCR a",
    "1+ GETRANGE a 0 -1",
    "2> HELLO 3",
    "2+ GET nothing",
    "2> SET b 2 PX 100",
    "@advance 99",
    "2> PTTL b",
    "@advance 1",
    "1> MGET a b",
    "1> @walk COUNT 1",
    "1> @scan COUNT 1",
    "1> DEL a",
    "1> @scan",
    "1> QUIT",
    "1> PING",
    "2> @reconnect",
    "2> CLIENT REPLY OFF",
    "2> SET c 3",
    "2> @walk",
    "2> CLIENT REPLY ON",
    "2> GET c",
    "@state",
  );
  expect(difference).toBe(undefined);
});

test("a wrong reply in the middle of a pipeline is told with its place", async () => {
  const difference = await performed(
    new Liar((reply) => reply.replace(":2\r\n", ":3\r\n")),
    "1> SET a 1",
    "1> PING",
    "1+ INCR a",
    "1+ GET a",
  );
  expect(difference).toMatchObject({ index: 2, words: ["INCR", "a"], expected: ":2\r\n", actual: ":3\r\n" });
});

test("replies too many and too few are told", async () => {
  const more = await performed(new Liar((reply) => `${reply}${reply === "" ? "" : "+OK\r\n"}`), "1> PING");
  expect(more).toMatchObject({ index: 0, reason: "more came than was asked for" });
  const fewer = await performed(new Liar(() => ""), "1> PING");
  expect(fewer).toMatchObject({ index: 0, reason: "no answer" });
});

const conversation = [
  "1> SUBSCRIBE news",
  "2> HELLO 3",
  "2+ PSUBSCRIBE n* *",
  "3> PUBLISH news hello",
  "1> PING",
  "2> PING",
  "2> PUBLISH news self",
  "3> WATCH a",
  "3> MULTI",
  "3+ INCR a",
  "3+ SPOP none",
  "3> EXEC",
  "2> CLIENT KILL TYPE pubsub",
  "3> PUBSUB NUMPAT",
];

test("messages to subscribers, transactions, and clients that others cut off are followed", async () => {
  expect(await performed(new InProcess(), ...conversation)).toBe(undefined);
});

test("a message that is lost, changed or comes twice is told", async () => {
  const lies = [
    (reply: string) => reply.replace(/\*3\r\n\$7\r\nmessage\r\n\$4\r\nnews\r\n\$5\r\nhello\r\n/, ""),
    (reply: string) => reply.replace("$5\r\nhello\r\n*2", "$5\r\nhullo\r\n*2"),
    (reply: string) => reply.replace(/(\*3\r\n\$7\r\nmessage\r\n\$4\r\nnews\r\n\$5\r\nhello\r\n)/, "$1$1"),
  ];
  for (const lie of lies) {
    const difference = await performed(new Liar(lie), ...conversation);
    expect(difference?.words).toEqual(["PING"]);
  }
});

test("a key that a walk leaves out is told", async () => {
  const onlyB = /^(\*2\r\n\$\d+\r\n\d+\r\n)\*1\r\n\$1\r\nb\r\n$/;
  const leaveOut = (reply: string): string => reply.replace(onlyB, "$1*0\r\n");
  const difference = await performed(new Liar(leaveOut), "1> MSET a 1 b 2 c 3 d 4", "1> @walk COUNT 1");
  expect(difference?.reason).toBe('the walk never gave "b" and 0 more');
});

test("what is stored is compared, not only what was answered", async () => {
  const subject = new InProcess();
  const trial = new Trial(subject);
  await trial.begin(setting);
  expect(await trial.perform(readScript("1> SET a 1\n1> SET b 2").operations)).toBe(undefined);
  trial.oracle.model.delete(0, "b");
  const missing = await trial.perform([{ kind: "state" }]);
  expect(missing?.reason).toContain("state of database 0");
});

test("a server that throws is a difference like any other", async () => {
  const subject = new InProcess();
  const connect = subject.connect.bind(subject);
  subject.connect = () => {
    const link = connect();
    const send = link.send.bind(link);
    link.send = (text) => {
      send(text);
      if (text.includes("INCR")) throw new Error("out of order");
    };
    return link;
  };
  const difference = await performed(subject, "1> SET a 1", "1> INCR a");
  expect([difference?.index, difference?.reason]).toEqual([1, expect.stringContaining("out of order")]);
});
