import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findProgram } from "../servers/find-program.ts";

const hasTcl = findProgram("tclsh") !== undefined;
if (!hasTcl) console.log("skipped: the Tcl hook is tried with tclsh, which is not on the PATH");
const tried = test.skipIf(!hasTcl);

// As much of the suite's own procedures as the hook wraps.
const suite = `
namespace eval redis {}
set ::test_server_fd stdout
set ::tags {}
proc send_data_packet {fd status data {elapsed 0}} {}
proc test {name code {okpattern undefined} {tags {}}} {
    if {[catch {uplevel 1 $code} error]} {
        send_data_packet stdout err "$name in f\\n$error"
    } else {
        send_data_packet stdout ok $name
    }
}
proc start_server {options {code undefined}} {uplevel 1 $code}
proc tags {tags code} {uplevel 1 $code}
proc r {args} {::redis::__dispatch__raw__ 1 [lindex $args 0] [lrange $args 1 end]}
proc ::redis::__dispatch__raw__ {id method argv} {
    if {$method eq "bad"} {return -code error [::redis::redis_read_line x]}
    return fine
}
proc ::redis::redis_safe_gets {fd} {return "ERR unknown command 'bad', with args"}
proc ::redis::redis_read_line fd {redis_safe_gets $fd}
proc wait_server_started {config_file stdout pid} {}
`;

function run(unit: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "hook-"));
  try {
    mkdirSync(join(folder, "tests", "unit"), { recursive: true });
    writeFileSync(join(folder, "tests", "unit", "x.tcl"), unit);
    const hook = join(import.meta.dirname, "hook.tcl");
    const script = `${suite}\nsource {${hook}}\nexecute_test_file unit/x\n`;
    const { stdout, stderr } = spawnSync("tclsh", { cwd: folder, input: script, encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.split("\n").flatMap((line) => {
      const [kind = "", ...words] = line.split(" ");
      const told = words.map((word) => Buffer.from(word.slice(0, -1), "base64").toString("utf8"));
      return kind === "" ? [] : [[kind, ...told].join("|")];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

tried("an error between tests is told, and the tests behind it run", () => {
  const told = run(`
start_server {tags {x}} {
    test "first" {r get a}
    r bad
    error "set-up failed"
    foreach name {
        second
        third
    } {
        test $name {r get b}
    }
}
test "after the block" {r get c}
`);
  expect(told.filter((line) => line.startsWith("ok|"))).toEqual([
    "ok|first",
    "ok|second",
    "ok|third",
    "ok|after the block",
  ]);
  expect(told.filter((line) => line.startsWith("outside|"))).toEqual([
    "outside|r bad|ERR unknown command 'bad', with args",
    'outside|error "set-up failed"|set-up failed',
  ]);
  expect(told.at(-1)).toBe("done|unit/x");
});

tried("an error inside a test fails that test", () => {
  const told = run('test "one" {r bad}\ntest "two" {r get a}\n');
  expect(told).toEqual(
    [
      "begin|one",
      "sent|bad",
      "unknown|ERR unknown command 'bad', with args",
      "err|one in f\nERR unknown command 'bad', with args",
      "end|one",
      "begin|two",
      "sent|get",
      "ok|two",
      "end|two",
    ].concat("done|unit/x"),
  );
});

tried("FUNCTION FLUSH may be unknown inside a test too", () => {
  const told = run(`
rename ::redis::compat_dispatch ::redis::plain
proc ::redis::compat_dispatch {id method argv} {error "ERR unknown command '$method'"}
test "one" {r function flush}
test "two" {r function load x}
`);
  expect(told.filter((line) => /^(ok|err)/.test(line))).toEqual([
    "ok|one",
    "err|two in f\nERR unknown command 'function'",
  ]);
});

tried("variables, loops and long commands of a block work as if it ran whole", () => {
  const told = run(`
start_server {} {
    set n 0
    # A comment with a { brace }
    foreach i {1 2 3} {
        if {$i == 2} continue
        incr n $i
    }
    set text "two \\
lines"
    test "sum" {if {$n != 4 || [llength $text] != 2} {error "$n $text"}}
}
`);
  expect(told).toContain("ok|sum");
});
