// A session in VS Code itself, over a copy of an example. What is found is printed, line by line, with screenshots to look
// at, and the exit code says whether it was what it should be: 0 yes, 1 no, 3 where something that it needs is not there.
// Run by `cargo xtask editors`.
//
// Environment: POLICYC, the program; PROJECT, a copy of examples/pull-requests; TOOLS, the folder with node_modules of
// code-server, node and playwright-core; WORK, an empty folder; SHOTS, where screenshots go.

import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { Missing, start } from "./workbench.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const { POLICYC, PROJECT, TOOLS, WORK, SHOTS } = process.env;
let passed = 0;
let failed = 0;

function check(name, fine, told) {
  fine ? passed++ : failed++;
  console.log(`${fine ? "ok  " : "FAIL"} ${name}${fine ? "" : `: ${JSON.stringify(told)}`}`);
}

/** Where a text of a file stands: line and column, from 1. */
function find(file, text, offset = 0) {
  const all = readFileSync(path.join(PROJECT, file), "utf8");
  const at = all.indexOf(text) + offset;
  const before = all.slice(0, at);
  return [before.split("\n").length, at - before.lastIndexOf("\n")];
}

const MERGE = "policies/ci/merge.policy";
const TESTS = "policies/ci/merge_tests.policy";

async function mistakes(w) {
  await w.open(MERGE);
  await w.until(".codelens-decoration", (texts) => texts.length > 0);
  const clean = (await w.texts(".squiggly-error")).length === 0;
  check("a file without mistakes has no squiggle", clean, await w.texts(".marker-count"));
  await w.keep("opened");
  await w.goto(...find(MERGE, "pr.draft", "pr.draft".length));
  await w.type("ed");
  await w.press("Escape");
  check("a mistake has a squiggle", (await w.seen(".squiggly-error")) !== null, await w.shown());
  await w.press("ArrowLeft");
  await w.command("Show or Focus Hover");
  const hover = await w.until(".monaco-hover", (texts) => texts.some((text) => text.includes("draft")));
  check("hover tells of the mistake", hover.some((text) => text.includes("draft")), hover);
  await w.keep("squiggle");
  await w.press("Escape");
  await w.press("Control+.");
  const actions = await w.until(".action-widget .monaco-list-row", (texts) => texts.length > 0);
  check("the mistake has a mend", actions.some((text) => text.includes("draft")), actions);
  await w.keep("mend");
  await w.press("Enter");
  check("the mend mends it", await w.gone(".squiggly-error"), await w.shown());
}

async function reading(w) {
  await w.goto(...find(MERGE, "approvals(change)", 2));
  await w.command("Show or Focus Hover");
  const hover = await w.until(".monaco-hover", (texts) => texts.some((text) => text.includes("fn approvals")));
  check("hover tells signature and documentation", hover.some((text) => text.includes("fn approvals")), hover);
  await w.keep("hover");
  await w.press("Escape");
  await w.press("F12");
  await w.until(".tab.active", (texts) => texts.some((text) => text.includes("pull_request")));
  const tab = await w.texts(".tab.active");
  check("a function leads to its declaration", tab.some((text) => text.includes("pull_request.policy")), tab);
}

async function writing(w) {
  await w.open(MERGE);
  await w.goto(...find(MERGE, "when pr.draft", "when pr.draft".length));
  await w.type(" and pr.");
  const fields = await w.until(".suggest-widget .monaco-list-row", (texts) => texts.length > 2);
  check("completion offers fields", fields.some((text) => text.includes("user")), fields);
  await w.pause(600);
  await w.keep("completion");
  await w.type("mergea");
  await w.pause(400);
  await w.press("Enter");
  await w.pause(300);
  check("what is chosen is written", (await w.shown()).includes("when pr.draft and pr.mergeable"), await w.shown());
  for (let n = 0; n < 30 && (await w.shown()).includes("when pr.draft and"); n++) await w.press("Control+z");
  await w.goto(...find(MERGE, "count(approvers(change))", "count(approvers(".length));
  await w.command("Trigger Parameter Hints");
  const parameters = await w.until(".parameter-hints-widget", (texts) => texts.some((text) => text.includes("approvers")));
  check("parameters are shown", parameters.some((text) => text.includes("approvers")), parameters);
  await w.keep("parameters");
  await w.press("Escape");
}

async function renaming(w) {
  await w.open(MERGE);
  await w.goto(...find(MERGE, "deny conflict", 7));
  await w.press("F2");
  await w.seen(".rename-box input");
  await w.pause(300);
  await w.press("Control+a");
  await w.type("merge_conflict");
  await w.keep("rename");
  await w.press("Enter");
  await w.pause(1500);
  check("a rule is renamed", (await w.shown()).includes("deny merge_conflict"), await w.shown());
  await w.keep("renamed");
  await w.press("Control+z");
  await w.pause(800);
  // Where other files were changed too, the editor asks whether all is to be undone.
  const dialog = await w.seen(".monaco-dialog-box .monaco-button", 1500);
  if (dialog) await dialog.click();
  await w.pause(500);
}

async function testing(w) {
  await w.open(TESTS);
  const lenses = await w.until(".codelens-decoration a", (texts) => texts.some((text) => /run/i.test(text)));
  check("tests have lenses", lenses.some((text) => /run/i.test(text)), lenses);
  await w.keep("lenses");
  await w.command("Testing: Focus on Test Explorer View");
  const rows = await w.until(".test-explorer .monaco-list-row", (texts) => texts.some((text) => text.includes("ci.")));
  check("the Test Explorer lists modules", rows.some((text) => text.includes("ci.merge_tests")), rows);
  await w.command("Test: Run All Tests");
  const passes = await w.until(".test-explorer .result-summary, .test-explorer .monaco-list-row .codicon-testing-passed-icon", (texts) => texts.length > 2);
  check("tests pass in the Test Explorer", passes.length > 2, passes);
  await w.keep("tests-passed");
}

async function failing(w) {
  await w.open(TESTS);
  await w.goto(...find(TESTS, "expect decision.outcome == deny", "expect decision.outcome == deny".length));
  for (let n = 0; n < 4; n++) await w.press("Backspace");
  await w.type("allow");
  await w.press("Escape");
  await w.press("Control+s");
  await w.pause(800);
  await w.command("Test: Run Tests in Current File");
  const red = await w.seen(".test-explorer .codicon-testing-failed-icon, .monaco-editor .codicon-testing-failed-icon, .testing-run-glyph.codicon-testing-failed-icon", 20_000);
  check("a test that fails is red", red !== null, await w.texts(".test-explorer .monaco-list-row"));
  const told = await w.seen(".test-message-inline-content, .test-output-peek, .test-error-content-widget", 10_000);
  check("the failure is shown at the `expect`", told !== null, null);
  await w.keep("test-failed");
  await w.press("Escape");
  await w.press("Control+z");
  for (let n = 0; n < 30 && !(await w.shown()).includes("decision.outcome == deny"); n++) await w.press("Control+z");
  await w.press("Control+s");
  await w.pause(500);
}

async function covering(w) {
  await w.open(MERGE);
  await w.command("Test: Run All Tests with Coverage");
  const covered = await w.seen(".coverage-deco-gutter, .coverage-deco-inline", 30_000);
  check("coverage is shown in the policy", covered !== null, null);
  const files = await w.until(".test-coverage-list-item, .test-coverage-tree .monaco-list-row", (texts) => texts.length > 1);
  const reached = (text) => Number(/([0-9.]+)%/.exec(text)?.[1] ?? 0);
  check("coverage of each file is that of all tests", files.length > 1 && files.every((text) => reached(text) > 50), files);
  await w.keep("coverage");
}

async function deciding(w) {
  await w.open("inputs/draft.json");
  await w.command("Policies: Evaluate on This Input");
  const choices = await w.until(".quick-input-list .monaco-list-row", (texts) => texts.some((text) => text.startsWith("ci.merge")));
  check("the policies of the project can be chosen", choices.some((text) => text.startsWith("ci.merge")), choices);
  await w.page.keyboard.insertText("ci.merge");
  await w.pause(400);
  await w.press("Enter");
  const tabs = await w.until(".tab", (texts) => texts.some((text) => text.includes("ci.merge.merge")));
  check("the decision is shown beside the input", tabs.some((text) => text.includes("ci.merge.merge")), tabs);
  await w.pause(1500);
  await w.keep("decision");
}

async function restarting(w) {
  await w.open(MERGE);
  await w.command("Policies: Restart the Server");
  await w.pause(1500);
  await w.goto(...find(MERGE, "pr.draft", "pr.draft".length));
  await w.type("ed");
  check("a server that was restarted finds mistakes", (await w.seen(".squiggly-error")) !== null, null);
  await w.keep("restarted");
}

async function main() {
  const vsix = path.join(here, "../policy.vsix");
  const port = 8900 + (process.pid % 90);
  const w = await start({ tools: TOOLS, vsix, policyc: POLICYC, project: PROJECT, work: WORK, shots: SHOTS, port });
  try {
    await w.seen(".explorer-folders-view .monaco-list-row", 60_000);
    for (const part of [mistakes, reading, writing, renaming, testing, failing, covering, deciding, restarting]) {
      try {
        await part(w);
      } catch (error) {
        check(part.name, false, String(error));
        await w.keep(`broken-${part.name}`);
      }
    }
  } finally {
    await w.stop();
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof Missing) {
    console.log(`NOT MEASURED: ${error.message}`);
    process.exit(3);
  }
  check("the session itself", false, String(error));
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
