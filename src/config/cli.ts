// The command line: what a person asked for.
//
// Role: pure reading of arguments. Options become lines of redis.conf, in order (`--port 7000` is `port "7000"`), so
// one reader and one kind of error report serve both. Arguments are byte strings (directive.ts).

import { quote, splitArguments } from "./split-arguments.ts";

export type Invocation =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "error"; readonly text: string }
  /** Tells what is in a snapshot file. */
  | { readonly kind: "check"; readonly path: string }
  | {
      readonly kind: "run";
      readonly configFile: string | undefined;
      readonly readsInput: boolean;
      /** Lines of redis.conf; undefined when there were no arguments at all. */
      readonly overrides: string | undefined;
    };

const unavailable: ReadonlyMap<string, string> = new Map([
  [
    "--test-memory",
    "--test-memory is not available: memory is tested by the tools of the operating system.\n",
  ],
  ["--check-system", "--check-system is not available.\n"],
  ["--sentinel", "Sentinel mode is not supported.\n"],
]);

/** Reads `argv`, which begins after the program's own name. The word `server` first is a subcommand and is skipped. */
export function readCommandLine(argv: readonly string[]): Invocation {
  if (argv[0] === "check") {
    const [, path] = argv;
    if (path !== undefined && argv.length === 2) return { kind: "check", path };
    return { kind: "error", text: "Usage: shadis check FILE\n" };
  }
  const args = argv[0] === "server" ? argv.slice(1) : argv;
  const [first] = args;
  if (first === undefined)
    return { kind: "run", configFile: undefined, readsInput: false, overrides: undefined };
  if (first === "-v" || first === "--version") return { kind: "version" };
  if (first === "-h" || first === "--help") return { kind: "help" };
  const reason =
    unavailable.get(first) ?? (args.includes("--sentinel") ? unavailable.get("--sentinel") : undefined);
  if (reason !== undefined) return { kind: "error", text: reason };
  const configFile = first.startsWith("-") ? undefined : first;
  const optionsFrom = configFile === undefined ? 0 : 1;
  return { kind: "run", configFile, ...readOptions(args, optionsFrom) };
}

function readOptions(args: readonly string[], from: number): { readsInput: boolean; overrides: string } {
  let overrides = "";
  let readsInput = false;
  let mayNameFollow = true; // Right after a bare name even "--x" is its value.
  for (let i = from; i < args.length; i++) {
    const arg = args[i] ?? "";
    const isLast = i === args.length - 1;
    if (arg === "-" && (i === 0 || isLast)) {
      readsInput = true;
    } else if (mayNameFollow && arg.startsWith("--")) {
      if (overrides !== "") overrides += "\n";
      overrides += `${arg.slice(2)} `;
      // A name and its value may come as one argument: "--port 7000".
      mayNameFollow = splitArguments(arg)?.length !== 1;
      // A bare --save, last or before another option, stands for --save "".
      const isBareSave = !mayNameFollow && arg.toLowerCase() === "--save";
      if (isBareSave && (isLast || (args[i + 1] ?? "").startsWith("--"))) {
        overrides += '""';
        mayNameFollow = true;
      }
    } else {
      overrides += `${quote(arg)} `;
      mayNameFollow = true;
    }
  }
  return { readsInput, overrides };
}

/** What --help prints. */
export const helpText = `Usage: shadis [server] [/path/to/redis.conf] [options] [-]
       shadis - (read config from stdin)
       shadis check FILE (tell what a snapshot or a log holds, and where it is damaged)
       shadis -v or --version
       shadis -h or --help

Options are the directives of redis.conf with two dashes before them.

Examples:
       shadis (run the server with default conf)
       echo 'maxmemory 128mb' | shadis -
       shadis /etc/redis/6379.conf
       shadis --port 7777
       shadis --port 7777 --maxmemory 2gb --maxmemory-policy allkeys-lru
       shadis /etc/myredis.conf --loglevel verbose -
       shadis /etc/myredis.conf --loglevel verbose
`;

/** What --version prints, in the form that scripts know from redis-server. */
export function versionText(version: string, runtime: string): string {
  return `Shadis server v=${version} sha=00000000:0 malloc=arena bits=64 build=${runtime}\n`;
}
