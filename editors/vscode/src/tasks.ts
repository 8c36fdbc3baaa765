// Tasks that check and test projects.

import * as vscode from "vscode";

const COMMANDS = ["check", "test", "fmt"];

export function registerTasks(context: vscode.ExtensionContext, serverPath: () => string): void {
  const made = (command: string, scope: vscode.WorkspaceFolder | vscode.TaskScope): vscode.Task => {
    const args = command === "check" ? ["check", "--format", "github"] : [command];
    const run = new vscode.ProcessExecution(serverPath(), args);
    return new vscode.Task({ type: "policyc", command }, scope, command, "policyc", run, "$policyc");
  };
  const provider: vscode.TaskProvider = {
    provideTasks: () => {
      const folders = vscode.workspace.workspaceFolders ?? [];
      return folders.flatMap((folder) => COMMANDS.map((command) => made(command, folder)));
    },
    resolveTask: (task) => made(String(task.definition["command"]), task.scope as vscode.WorkspaceFolder),
  };
  context.subscriptions.push(vscode.tasks.registerTaskProvider("policyc", provider));
}
