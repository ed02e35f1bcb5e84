// What COMMAND INFO and COMMAND DOCS say of ACL and its subcommands is what a stock Redis says.

import { testArgumentDocs } from "../../testing/stock-stories.ts";

const names = "cat deluser dryrun genpass getuser help list load log save setuser users whoami".split(" ");

testArgumentDocs(
  names.map((name) => `acl|${name}`),
  { isComplexitySame: true },
);
