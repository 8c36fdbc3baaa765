// Starts the server, and adds what the protocol does not have.

import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

import { Coverage } from "./coverage";
import { registerEvaluation } from "./evaluate";
import { registerTests } from "./tests";
import { registerTasks } from "./tasks";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const coverage = new Coverage();
  context.subscriptions.push(coverage);
  context.subscriptions.push(vscode.commands.registerCommand("policy.restart", restart));
  context.subscriptions.push(vscode.commands.registerCommand("policy.clearCoverage", () => coverage.clear()));
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("policy.server")) {
        await restart();
      }
    }),
  );
  registerEvaluation(context, running);
  registerTests(context, running, coverage);
  registerTasks(context, serverPath);
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

function serverPath(): string {
  return vscode.workspace.getConfiguration("policy").get<string>("server.path") || "policyc";
}

async function running(): Promise<LanguageClient> {
  if (!client) {
    throw new Error("the policy server does not run; look at its output");
  }
  return client;
}

async function restart(): Promise<void> {
  await client?.stop().catch(() => undefined);
  client = undefined;
  await start();
}

async function start(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration("policy");
  const args = configuration.get<string[]>("server.arguments") ?? ["lsp"];
  const server: ServerOptions = { command: serverPath(), args };
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "policy" },
      { scheme: "untitled", language: "policy" },
      { scheme: "file", pattern: "**/policy.toml" },
    ],
    middleware: {
      // The lenses' commands are carried out here, so that results are shown where they belong.
      executeCommand: (command, args, next) => next(command, args),
    },
  };
  const next = new LanguageClient("policy", "Policies", server, options);
  // The commands are registered by this extension, not by the client.
  next.registerFeature({
    fillClientCapabilities: () => undefined,
    initialize: () => undefined,
    preInitialize: (capabilities) => {
      capabilities.executeCommandProvider = undefined;
    },
    getState: () => ({ kind: "static" as const }),
    clear: () => undefined,
  });
  try {
    await next.start();
    client = next;
  } catch (error) {
    void vscode.window.showErrorMessage(
      `policyc could not be started from "${serverPath()}": set "policy.server.path". ${String(error)}`,
    );
  }
}
