import { expect, test } from "vitest";
import { Config } from "../config/config.ts";
import type { Address, Listener, Net, NetFault } from "../env/net.ts";
import { createTestServer } from "../testing/command-runner.ts";
import { addressesOf, Listeners } from "./listeners.ts";

function configOf(settings: Readonly<Record<string, readonly string[]>>): Config {
  const config = new Config();
  for (const [name, args] of Object.entries(settings)) expect(config.load(name, args)).toBeUndefined();
  return config;
}

function shown(config: Config): string[] {
  return addressesOf(config).map(
    ({ address, isOptional, isTls }) =>
      `${isOptional ? "maybe " : ""}${isTls ? "tls " : ""}${textOf(address)}`,
  );
}

function textOf(address: Address): string {
  return address.kind === "unix" ? address.path : `${address.host}|${address.port}`;
}

// Opens in the reverse of the order asked for; `faults` by address.
function listen(
  settings: Readonly<Record<string, string>>,
  faults: Readonly<Record<string, string>>,
): {
  listeners: readonly Listener[];
  fault: NetFault | undefined;
} {
  const waiting: (() => void)[] = [];
  const net: Net = {
    listen(address, _options, _accept, done) {
      const code = faults[textOf(address)];
      waiting.unshift(() =>
        done(
          code === undefined
            ? { ok: true, value: { address, close() {} } }
            : { ok: false, fault: { code, text: code } },
        ),
      );
    },
  };
  let result: ReturnType<typeof listen> | undefined;
  const { server } = createTestServer({ config: settings });
  const listeners = new Listeners({ net, tls: undefined, server });
  listeners.open((fault) => {
    result = { listeners: listeners.all.map(({ listener }) => listener), fault };
  });
  for (const each of waiting) each();
  if (result === undefined) throw new Error("listenAll did not tell that it is done");
  return result;
}

test("the default addresses are all of IPv4, and of IPv6 where there is one", () => {
  expect(shown(new Config())).toEqual(["0.0.0.0|6379", "maybe ::|6379"]);
});

test("the configuration's addresses are taken one by one, and a unix socket beside them", () => {
  const config = configOf({ bind: ["127.0.0.1", "-::1", "::*"], port: ["7000"], unixsocket: ["/a/b"] });
  expect(shown(config)).toEqual(["127.0.0.1|7000", "maybe ::1|7000", "::|7000", "/a/b"]);
});

test("port 0 listens on no TCP port", () => {
  expect(shown(configOf({ port: ["0"] }))).toEqual([]);
  expect(shown(configOf({ port: ["0"], unixsocket: ["/a/b"] }))).toEqual(["/a/b"]);
});

test("listeners come in the order of the configuration, in whatever order they open", () => {
  const { listeners, fault } = listen({ bind: "127.0.0.1 127.0.0.2", unixsocket: "/a/b" }, {});
  expect(listeners.map(({ address }) => textOf(address))).toEqual([
    "127.0.0.1|6379",
    "127.0.0.2|6379",
    "/a/b",
  ]);
  expect(fault).toBeUndefined();
});

test("an optional address that the machine lacks is left out; one that is taken is a fault", () => {
  const without = listen({}, { "::|6379": "EAFNOSUPPORT" });
  expect(without.fault).toBeUndefined();
  expect(without.listeners.length).toBe(1);
  expect(listen({}, { "::|6379": "EADDRINUSE" }).fault?.code).toBe("EADDRINUSE");
  expect(listen({}, { "0.0.0.0|6379": "EACCES" }).fault?.code).toBe("EACCES");
});

test("tls-port adds its addresses behind those of port", () => {
  const config = configOf({ bind: ["127.0.0.1", "-::1"], port: ["7000"], "tls-port": ["7001"] });
  expect(shown(config)).toEqual([
    "127.0.0.1|7000",
    "maybe ::1|7000",
    "tls 127.0.0.1|7001",
    "maybe tls ::1|7001",
  ]);
});

test("changed addresses are followed: old ones close before new ones open, and the rest stays", () => {
  const log: string[] = [];
  const isTaken = new Set<string>();
  const late: (() => void)[] = [];
  const netCalled = (name: string): Net => ({
    listen(address, _options, _accept, done) {
      const place = `${name} ${textOf(address)}`;
      const finish = (): void => {
        if (isTaken.has(place)) done({ ok: false, fault: { code: "EADDRINUSE", text: `${place} is taken` } });
        else {
          log.push(`+${place}`);
          done({ ok: true, value: { address, close: () => log.push(`-${place}`) } });
        }
      };
      if (address.kind === "tcp" && address.host === "name") late.push(finish);
      else finish();
    },
  });
  const taken = (): string[] => log.splice(0);
  const { server } = createTestServer({ config: { bind: "127.0.0.1", port: "1" } });
  const { config } = server;
  const listeners = new Listeners({ net: netCalled("tcp"), tls: netCalled("tls"), server });
  listeners.open(() => {});
  expect(taken()).toEqual(["+tcp 127.0.0.1|1"]);
  expect(listeners.follow()).toBeUndefined();
  expect(taken()).toEqual([]);
  config.load("tls-port", ["2"]);
  expect(listeners.follow()).toBeUndefined();
  expect(taken()).toEqual(["+tls 127.0.0.1|2"]);
  config.load("port", ["2"]);
  config.load("tls-port", ["0"]);
  expect(listeners.follow()).toBeUndefined();
  expect(taken()).toEqual(["-tcp 127.0.0.1|1", "-tls 127.0.0.1|2", "+tcp 127.0.0.1|2"]);
  expect(listeners.all.map(({ isTls }) => isTls)).toEqual([false]);

  // What cannot be had is told, and setting it back brings back what was closed for it.
  isTaken.add("tcp 127.0.0.1|3");
  config.load("port", ["3"]);
  expect(listeners.follow()?.text).toBe("tcp 127.0.0.1|3 is taken");
  expect(taken()).toEqual(["-tcp 127.0.0.1|2"]);
  config.load("port", ["2"]);
  expect(listeners.follow()).toBeUndefined();
  expect(taken()).toEqual(["+tcp 127.0.0.1|2"]);

  // An address that opens later is too late for the answer, and is closed when it does.
  config.load("bind", ["127.0.0.1", "name"]);
  expect(listeners.follow()?.text).toContain("Only IP addresses");
  for (const each of late) each();
  expect(taken()).toEqual(["+tcp name|2", "-tcp name|2"]);
  listeners.close();
  expect(taken()).toEqual(["-tcp 127.0.0.1|2"]);
});

test("an address for TLS is a fault where there is no TLS", () => {
  const { server } = createTestServer({ config: { port: "0", bind: "127.0.0.1", "tls-port": "1" } });
  const listeners = new Listeners({ net: { listen() {} }, tls: undefined, server });
  let text: string | undefined;
  listeners.open((fault) => {
    text = fault?.text;
  });
  expect(text).toBe("TLS is not part of this server");
});

test("with nothing to listen on, that is told at once", () => {
  expect(listen({ port: "0" }, {})).toEqual({ listeners: [], fault: undefined });
});
