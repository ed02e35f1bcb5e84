import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { HttpAnswer, HttpRequest } from "../http.ts";
import type { Listener } from "../net.ts";
import { type HttpLimits, realHttp } from "./http.ts";

type Answer = (request: HttpRequest, reply: (answer: HttpAnswer) => void) => void;

const usual: HttpLimits = { requestMs: 5000, idleMs: 5000 };
const brief: HttpLimits = { requestMs: 50, idleMs: 5000 };
const opened: Listener[] = [];

afterEach(() => {
  for (const listener of opened.splice(0)) listener.close();
});

const ok: HttpAnswer = { status: 200, headers: { "Content-Type": "text/plain" }, body: "grüß" };
const echo: Answer = ({ method, path }, reply) => reply({ ...ok, body: `${method} ${path}` });

async function listen(answer: Answer, limits: HttpLimits = usual): Promise<number> {
  const listener = await new Promise<Listener>((resolve, reject) => {
    realHttp(limits).listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, answer, (result) =>
      result.ok ? resolve(result.value) : reject(new Error(result.fault.text)),
    );
  });
  opened.push(listener);
  if (listener.address.kind !== "tcp") throw new Error("not a TCP address");
  return listener.address.port;
}

function connection(port: number): { readonly socket: Socket; readonly ended: Promise<string> } {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    text += chunk;
  });
  socket.on("error", () => {}); // A reset is one of the ways to be cut off.
  return { socket, ended: new Promise((resolve) => socket.once("close", () => resolve(text))) };
}

// All that is received until the other side closes, after sending `bytes`.
function exchange(port: number, bytes: string): Promise<string> {
  const { socket, ended } = connection(port);
  socket.write(bytes);
  return ended;
}

test("an answer carries its status, headers and length in bytes, and closes the connection", async () => {
  const text = await exchange(await listen((_, reply) => reply(ok)), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const [head = "", body] = text.split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(head).toMatch(/^Content-Type: text\/plain\r$/m);
  expect(head).toMatch(/^Content-Length: 6\r$/m);
  expect(head).toMatch(/^Connection: close/m);
  expect(Buffer.from(body ?? "", "latin1").toString("utf8")).toBe("grüß");
});

test("a client that asks to keep its connection gets one answer and the end", async () => {
  const request = "GET /a?b=c HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n";
  const text = await exchange(await listen(echo), request + request);
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(text).toMatch(/\r\n\r\nGET \/a$/);
});

test("a header beyond the bound is refused", async () => {
  const port = await listen(echo);
  const text = await exchange(port, `GET / HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(9000)}\r\n\r\n`);
  expect(text).toMatch(/^HTTP\/1\.1 431 /);
});

test("a body is not waited for, however long it claims to be", async () => {
  const port = await listen(echo);
  const text = await exchange(port, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nabc");
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
});

test("nonsense is refused and hurts nobody else", async () => {
  const port = await listen(echo);
  expect(await exchange(port, "*1\r\n$4\r\nPING\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  expect(await exchange(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
});

test("a client that sends nothing, or half a request, is cut off", async () => {
  const port = await listen(echo, brief);
  const silent = connection(port).ended;
  const half = exchange(port, "GET / HTTP/1.1\r\nHost: x\r\n");
  expect(await half).not.toContain("200 OK");
  expect(await silent).not.toContain("200 OK");
});

test("a client that does not read its answer is cut off", async () => {
  const body = "x".repeat(2 ** 25); // More than the buffers between two sockets hold.
  const port = await listen((_, reply) => reply({ ...ok, body }), { requestMs: 5000, idleMs: 50 });
  const { socket, ended } = connection(port);
  await new Promise<void>((resolve) => {
    socket.once("data", () => {
      socket.pause();
      resolve();
    });
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  });
  // Silent connections, one after the other, are the clock: each is cut off after the idle time.
  for (let i = 0; i < 4; i++) expect(await connection(port).ended).toBe("");
  socket.resume();
  const { length } = await ended;
  expect(length).toBeGreaterThan(0);
  expect(length).toBeLessThan(body.length);
});

test("a client that went away before its answer is no error, nor is a second answer", async () => {
  const replies: ((answer: HttpAnswer) => void)[] = [];
  let asked = (): void => {};
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const port = await listen((_, reply) => {
    replies.push(reply);
    asked();
  });
  const { socket, ended } = connection(port);
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await wasAsked;
  socket.destroy();
  await ended;
  expect(() => {
    for (const reply of [...replies, ...replies]) reply(ok);
  }).not.toThrow();
  const second = exchange(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  while (replies.length < 2) await new Promise((resolve) => setImmediate(resolve));
  replies[1]?.(ok);
  replies[1]?.({ ...ok, status: 500 });
  expect(await second).toMatch(/^HTTP\/1\.1 200 /);
});

test("connections beyond the bound are closed at once, and there is room again when others end", async () => {
  const port = await listen(echo);
  const held = Array.from({ length: 16 }, () => connection(port));
  await Promise.all(held.map(({ socket }) => new Promise((resolve) => socket.once("connect", resolve))));
  expect(await exchange(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")).toBe("");
  for (const { socket } of held) socket.end("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  for (const { ended } of held) expect(await ended).toContain("200 OK");
  expect(await exchange(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")).toContain("200 OK");
});

test("closing ends connections that are still open", async () => {
  const port = await listen(echo);
  const { socket, ended } = connection(port);
  await new Promise((resolve) => socket.once("connect", resolve));
  for (const listener of opened.splice(0)) listener.close();
  expect(await ended).toBe("");
});

test("a port in use is a fault that names it", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  const fault = await new Promise((resolve) => {
    realHttp(usual).listen({ kind: "tcp", host: "127.0.0.1", port }, echo, (result) =>
      resolve(result.ok ? undefined : result.fault),
    );
  });
  taken.close();
  expect(fault).toMatchObject({
    code: "EADDRINUSE",
    text: expect.stringContaining(`Could not open the metrics port 127.0.0.1:${port}`),
  });
});
