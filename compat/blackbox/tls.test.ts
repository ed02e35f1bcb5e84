import { execFile } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Certificates, hasOpenssl, type Identity } from "../../src/testing/certificates.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { encodeRequest } from "../resp/request.ts";
import type { Server } from "../servers/pair.ts";
import { answer, ask, askUntil, bothServers, converse, hasStock } from "./both.ts";

const isPossible = hasStock && hasOpenssl;
const compared = test.skipIf(!isPossible);
const certificates = isPossible ? new Certificates() : ({ folder: "" } as Certificates);
const { authority, client, badClient, server: serverIdentity, otherServer } = certificates;
// Copies, so that their content can change under the same name.
const certFile = join(certificates.folder, "in-use.crt");
const keyFile = join(certificates.folder, "in-use.key");
const flags = ["--tls-cert-file", certFile, "--tls-key-file", keyFile];
const { onBoth, pair } = bothServers(7590, [...flags, "--tls-ca-cert-file", authority?.cert ?? ""]);
const tlsPortOf = ({ port }: Server): number => port + 4;

function use({ cert, key }: Identity): void {
  copyFileSync(cert, certFile);
  copyFileSync(key, keyFile);
}

if (isPossible) use(serverIdentity);

beforeAll(async () => {
  if (!isPossible) return;
  await onBoth(async (server, open) => {
    expect(await ask(await open(), "CONFIG", "SET", "tls-port", `${tlsPortOf(server)}`)).toBe("+OK\r\n");
  });
});
const sockets: TLSSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => {
  if (isPossible) certificates.remove();
});

type Options = ConnectionOptions & { readonly identity?: Identity | undefined };

function optionsOf({ identity, ...rest }: Options = {}): ConnectionOptions {
  const own =
    identity === undefined ? {} : { cert: readFileSync(identity.cert), key: readFileSync(identity.key) };
  return { ca: readFileSync(authority.cert), ...own, ...rest };
}

/** Connected and through the handshake, as far as the client can tell. */
function openTls(port: number, options: Options = { identity: client }): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: "127.0.0.1", port, ...optionsOf(options) });
    sockets.push(socket);
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      socket.off("error", reject);
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}

const connected = async (server: Server, options?: Options): Promise<RawConnection> =>
  RawConnection.over(await openTls(tlsPortOf(server), options));

/** What a PING comes to: +PONG, or "refused". */
async function greeting(port: number, options: Options): Promise<string> {
  try {
    const connection = RawConnection.over(await openTls(port, options));
    const reply = await ask(connection, "PING");
    return reply === "+PONG\r\n" ? "+PONG" : "refused";
  } catch {
    return "refused";
  }
}

compared("conversations are those of a plain connection", async () => {
  const big = "x".repeat(3_000_000);
  const { stock, shadis } = await onBoth(async (server) => {
    const connection = await connected(server);
    const replies = await converse(
      connection,
      ["PING"],
      ["SET", "key", big],
      ["STRLEN", "key"],
      ["GET", "key"],
      ["HELLO", "3", "SETNAME", "tls"],
      ["CONFIG", "GET", "tls-port"],
      ["CLIENT", "GETNAME"],
      ["SUBSCRIBE", "channel"],
      ["PUBLISH", "channel", "message"],
    );
    replies.push(await answer(connection));
    connection.send(Buffer.from(`PING\r\n${"*2\r\n$4\r\nECHO\r\n$3\r\nabc\r\n".repeat(20_000)}`));
    const many = await connection.take(20_001);
    replies[4] = "(facts of the server)";
    replies[5] = (replies[5] ?? "").replaceAll(`${tlsPortOf(server)}`, "(port)");
    return [...replies.map((each) => each.slice(0, 5000)), many.length, `${many.at(-1)}`];
  });
  expect(shadis).toEqual(stock);
});

compared("INFO and CLIENT LIST tell of an encrypted connection as of another", async () => {
  const { stock, shadis } = await onBoth(async (server, open) => {
    const connection = await connected(server);
    const own = await ask(connection, "CLIENT", "INFO");
    const hasPort = own.includes(`laddr=127.0.0.1:${tlsPortOf(server)} `);
    const fields = own
      .trim()
      .split(/\r\n| /)
      .slice(1)
      .map((field) => field.split("=")[0]);
    const seen = await ask(await open(), "INFO", "clients");
    const known = fields.filter((field) => !field?.startsWith("lib-")); // Of Redis 7.2.
    return [hasPort, known, /connected_clients:(\d+)/.exec(seen)?.[1]];
  });
  expect(shadis).toEqual(stock);
});

compared("requests sent before a half-close are answered", async () => {
  const { stock, shadis } = await onBoth(async (server) => {
    const connection = await connected(server);
    connection.send(encodeRequest(["SET", "key", "value"]));
    connection.send(encodeRequest(["GET", "key"]));
    return `${await connection.readToEnd()}`;
  });
  expect(stock).toBe("+OK\r\n$5\r\nvalue\r\n");
  expect(shadis).toBe(stock);
});

compared("a client that does not read is held back, and gets all in the end", async () => {
  const { stock, shadis } = await onBoth(async (server) => {
    const connection = await connected(server);
    await ask(connection, "SET", "key", "y".repeat(200_000));
    connection.pause();
    for (let i = 0; i < 40; i++) connection.send(encodeRequest(["GET", "key"]));
    connection.send(encodeRequest(["ECHO", "end"]));
    const other = await connected(server);
    const others = await converse(other, ["PING"], ["STRLEN", "key"]);
    connection.resume();
    const replies = await connection.take(41, 30_000);
    return [others, replies.length, `${replies.at(-1)}`];
  });
  expect(shadis).toEqual(stock);
});

compared("a subscriber that does not read is closed at the output limit", async () => {
  const { stock, shadis } = await onBoth(async (server, open) => {
    const control = await open();
    const limit = "client-output-buffer-limit";
    await ask(control, "CONFIG", "SET", limit, "pubsub 2mb 0 0");
    const connection = await connected(server);
    await ask(connection, "SUBSCRIBE", "channel");
    connection.pause();
    const message = "z".repeat(500_000);
    let published = 0;
    while ((await ask(control, "PUBLISH", "channel", message)) === ":1\r\n") {
      if (++published > 200) break;
    }
    await ask(control, "CONFIG", "SET", limit, "pubsub 32mb 8mb 60");
    connection.resume();
    return [published <= 200, await connection.waitForEnd()];
  });
  expect(stock).toEqual([true, true]);
  expect(shadis).toEqual(stock);
});

compared("certificates of clients are asked for as tls-auth-clients says", async () => {
  const { stock, shadis } = await onBoth(async (server, open) => {
    const control = await open();
    const seen: string[] = [];
    for (const mode of ["yes", "optional", "no", "yes"]) {
      seen.push(mode, await ask(control, "CONFIG", "SET", "tls-auth-clients", mode));
      for (const identity of [undefined, client, badClient]) {
        seen.push(await greeting(tlsPortOf(server), { identity }));
      }
    }
    return seen;
  });
  expect(shadis).toEqual(stock);
});

compared("files are read again when they are set again, and bad ones change nothing", async () => {
  const { stock, shadis } = await onBoth(async (server, open) => {
    const control = await open();
    const before = await openTls(tlsPortOf(server));
    const seen: unknown[] = [];
    const look = async (): Promise<void> => {
      seen.push((await openTls(tlsPortOf(server))).getPeerCertificate().subject.CN);
    };
    const encrypted = certificates.encrypted(otherServer.key, "1234");
    await look();
    use(otherServer);
    await look();
    seen.push(await ask(control, "CONFIG", "SET", "tls-cert-file", certFile));
    await look();
    copyFileSync(encrypted, keyFile);
    seen.push(await ask(control, "CONFIG", "SET", "tls-key-file", keyFile));
    await look();
    seen.push(
      await ask(control, "CONFIG", "SET", "tls-key-file-pass", "1234"),
      await ask(control, "CONFIG", "SET", "tls-key-file", keyFile),
      await ask(control, "CONFIG", "SET", "tls-cert-file", serverIdentity.cert),
      await ask(control, "CONFIG", "SET", "tls-cert-file", "/nowhere"),
      await ask(control, "CONFIG", "SET", "tls-ca-cert-file", "/nowhere"),
      await ask(control, "CONFIG", "SET", "tls-protocols", "TLSv1.4"),
      await ask(control, "CONFIG", "SET", "tls-ciphers", "nonsense"),
      await ask(control, "CONFIG", "SET", "tls-ciphersuites", "nonsense"),
      await ask(control, "CONFIG", "SET", "tls-dh-params-file", "/nowhere"),
      await ask(control, "CONFIG", "SET", "tls-cert-file", ""),
      await ask(control, "CONFIG", "GET", "tls-cert-file"),
    );
    await look();
    seen.push(await ask(RawConnection.over(before), "PING"));
    use(serverIdentity);
    seen.push(await ask(control, "CONFIG", "SET", "tls-key-file", keyFile));
    await look();
    return seen;
  });
  expect(shadis).toEqual(stock);
  expect(shadis.filter((each) => each === "other-server").length).toBe(3);
});

compared("protocols and ciphers are those of the directives", async () => {
  const weak = "ECDHE-ECDSA-AES128-GCM-SHA256";
  const strong = "ECDHE-ECDSA-AES256-GCM-SHA384";
  const { stock, shadis } = await onBoth(async (server, open) => {
    const control = await open();
    const set = (...pairs: readonly string[]): Promise<string> => ask(control, "CONFIG", "SET", ...pairs);
    const seen: unknown[] = [];
    const look = async (options: ConnectionOptions): Promise<void> => {
      try {
        const socket = await openTls(tlsPortOf(server), { identity: client, ...options });
        seen.push([socket.getProtocol(), socket.getCipher().name]);
      } catch {
        seen.push("refused");
      }
    };
    await look({});
    await look({ maxVersion: "TLSv1.2" });
    seen.push(await set("tls-protocols", "TLSv1.3", "tls-ciphersuites", "TLS_AES_128_GCM_SHA256"));
    await look({});
    await look({ maxVersion: "TLSv1.2" });
    seen.push(await set("tls-protocols", "TLSv1.2", "tls-ciphers", `${weak}:${strong}`));
    await look({});
    await look({ minVersion: "TLSv1.3" });
    await look({ ciphers: `${strong}:${weak}` });
    seen.push(await set("tls-prefer-server-ciphers", "yes"));
    await look({ ciphers: `${strong}:${weak}` });
    await look({ ciphers: "ECDHE-ECDSA-CHACHA20-POLY1305" });
    seen.push(
      await set("tls-prefer-server-ciphers", "no", "tls-ciphers", "", "tls-ciphersuites", ""),
      await set("tls-protocols", ""),
    );
    await look({ maxVersion: "TLSv1.2", ciphers: weak });
    return seen;
  });
  expect(shadis).toEqual(stock);
});

compared("ports change while clients stay, from plain to encrypted and back", async () => {
  const { stock, shadis } = await onBoth(async (server) => {
    const port = tlsPortOf(server);
    const encrypted = await connected(server);
    const seen = await converse(encrypted, ["CONFIG", "SET", "tls-port", "0"]);
    seen.push(await greeting(port, { identity: client }));
    seen.push(...(await converse(encrypted, ["CONFIG", "SET", "port", `${port}`])));
    const plain = await RawConnection.open({ port });
    seen.push(
      ...(await converse(plain, ["PING"], ["CONFIG", "SET", "port", "0"])),
      ...(await converse(plain, ["CONFIG", "SET", "tls-port", `${port}`])),
      await greeting(port, { identity: client }),
      ...(await converse(encrypted, ["CONFIG", "SET", "port", `${server.port}`], ["PING"])),
    );
    plain.close();
    return seen;
  });
  expect(shadis).toEqual(stock);
});

compared("one who speaks no TLS is not served", async () => {
  const { stock, shadis } = await onBoth(async (server) => {
    const connection = await RawConnection.open({ port: tlsPortOf(server) });
    connection.send(encodeRequest(["PING"]));
    const hasEnded = await connection.waitForEnd();
    return [hasEnded, connection.unread.includes("PONG")];
  });
  expect(stock).toEqual([true, false]);
  expect(shadis).toEqual(stock);
});

const run = promisify(execFile);

compared("redis-cli and redis-benchmark work with --tls", async () => {
  const { stock, shadis } = await onBoth(async (server) => {
    const place = ["-h", "127.0.0.1", "-p", `${tlsPortOf(server)}`, "--tls", "--cacert", authority.cert];
    const who = [...place, "--cert", client.cert, "--key", client.key];
    const said = await run("redis-cli", [...who, "SET", "key", "by redis-cli"]);
    const bench = await run("redis-benchmark", [
      ...who,
      ...["-n", "2000", "-c", "20", "-P", "4", "-t", "set,get,incr,lpush,lrange_100", "-q"],
    ]);
    const lines = bench.stdout.split(/[\r\n]+/).filter((line) => line.includes("requests per second"));
    return [said.stdout, lines.map((line) => line.split(":")[0]), bench.stderr];
  });
  expect(shadis).toEqual(stock);
});

compared("ioredis and node-redis work with their tls options", async () => {
  const { stock, shadis } = await onBoth(async (server) => {
    const port = tlsPortOf(server);
    const tls = { ...optionsOf({ identity: client }), host: "127.0.0.1" };
    const one = new Redis({ host: "127.0.0.1", port, tls });
    const two = await createClient({
      socket: { ...optionsOf({ identity: client }), host: "127.0.0.1", port, tls: true },
    }).connect();
    try {
      const pipeline = one.pipeline();
      for (let i = 0; i < 1000; i++) pipeline.incr("counter");
      const results = await pipeline.exec();
      return [results?.at(-1), await two.get("counter"), await two.multi().incr("counter").exec()];
    } finally {
      one.disconnect();
      two.destroy();
    }
  });
  expect(shadis).toEqual(stock);
});

compared("INFO's tcp_port is the encrypted one where there is no other", async () => {
  const { stock, shadis } = await onBoth(async (server) => {
    const connection = await connected(server);
    await ask(connection, "CONFIG", "SET", "port", "0");
    const reply = await ask(connection, "INFO", "server");
    const isIt = reply.includes(`tcp_port:${tlsPortOf(server)}\r\n`);
    await askUntil(connection, ["CONFIG", "SET", "port", `${server.port}`], (each) => each === "+OK\r\n");
    return isIt;
  });
  expect([stock, shadis]).toEqual([true, true]);
  expect(pair().stock.port).not.toBe(pair().candidate.port);
});
