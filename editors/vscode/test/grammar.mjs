// The grammar colours what it should: each word below has the scope behind it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer;
await oniguruma.loadWASM(wasm);

const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => {
    const file = { "source.policy": "../syntaxes/policy.tmLanguage.json", "markdown.policy.codeblock": "../syntaxes/markdown.tmLanguage.json" }[scope];
    return file ? textmate.parseRawGrammar(readFileSync(here(file), "utf8"), file) : null;
  },
});

const CASES = [
  ["policy merge on pr: Pull {", "policy", "storage.type"],
  ["policy merge on pr: Pull {", "merge", "entity.name.type"],
  ["policy merge on pr: Pull {", "Pull", "entity.name.type"],
  ["  @severity(high) deny big when pr.size > 2_000", "severity", "decorator"],
  ["  deny big when pr.size > 2_000", "deny", "keyword.control.rule"],
  ["  deny big when pr.size > 2_000", "big", "entity.name.function.rule"],
  ["  deny big when pr.size > 2_000", "size", "property"],
  ["  deny big when pr.size > 2_000", "2_000", "constant.numeric"],
  ['  because "by {pr.author}"', "author", "property"],
  ['  because "by {pr.author}"', "by", "string.quoted"],
  ["  let age = now - 30d", "30d", "duration"],
  ["  until @2027-01-01", "@2027-01-01", "time"],
  ['let r = re"v\\d+"', 're"v\\d+"', "string.quoted.other"],
  ["/// Says why.", "/// Says why.", "documentation"],
  ["  x is not present and y", "present", "constant.language"],
];

const grammar = await registry.loadGrammar("source.policy");
let failed = 0;
for (const [line, word, scope] of CASES) {
  const at = line.indexOf(word);
  const { tokens } = grammar.tokenizeLine(line, textmate.INITIAL);
  const token = tokens.find((one) => one.startIndex <= at && at < one.endIndex);
  if (!token?.scopes.some((one) => one.includes(scope))) {
    failed += 1;
    console.error(`${JSON.stringify(word)} in ${JSON.stringify(line)} has ${token?.scopes.join(" ")}, not ${scope}`);
  }
}
console.log(`${CASES.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
