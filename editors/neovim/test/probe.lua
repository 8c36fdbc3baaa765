-- A session of headless Neovim with a real server, over a copy of an example: what is found is printed, line by line,
-- and the exit code says whether it was what it should be. Run by `cargo xtask editors`.
--
-- Environment: POLICYC, the program; PROJECT, the folder of the project; HERE, the folder of the set-up.

local policyc, project, here = os.getenv("POLICYC"), os.getenv("PROJECT"), os.getenv("HERE")
local passed, failed = 0, 0

local function check(name, fine, told)
  if fine then
    passed = passed + 1
  else
    failed = failed + 1
  end
  print(string.format("%s %s%s", fine and "ok  " or "FAIL", name, fine and "" or (": " .. vim.inspect(told))))
end

local function done()
  print(string.format("%d passed, %d failed", passed, failed))
  vim.cmd(failed == 0 and "qall!" or "cquit!")
end

local function main()
  vim.opt.runtimepath:append(here)
  vim.cmd("runtime ftdetect/policy.lua")
  local policy = require("policy")
  policy.setup({ command = { policyc, "lsp" }, flags = { debounce_text_changes = 0 } })

  local file = vim.fn.glob(project .. "/policies/**/*.policy", false, true)[1]
  vim.cmd("edit " .. vim.fn.fnameescape(project .. "/policies/probe.policy"))
  local buffer = vim.api.nvim_get_current_buf()
  check("the file type is known", vim.bo.filetype == "policy", vim.bo.filetype)
  check("the project has sources", file ~= nil, project)

  local attached = vim.wait(5000, function()
    return #vim.lsp.buf_get_clients(buffer) > 0 and vim.tbl_values(vim.lsp.buf_get_clients(buffer))[1].initialized
  end)
  check("the server is attached", attached, vim.lsp.buf_get_clients(buffer))

  local text = {
    "module probe",
    "",
    "type R = { amount: Int, kind: Kind }",
    "",
    "enum Kind { small, large }",
    "",
    "policy p on r: R {",
    "  default allow",
    "  deny big when r.amout > 10",
    "}",
    "",
    'test "big ones are denied" {',
    "  expect p({ amount: 99, kind: large }) denies by big",
    "}",
  }
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, text)
  local squiggle = vim.wait(5000, function()
    return #vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR }) > 0
  end)
  check("a mistake has a squiggle", squiggle, vim.diagnostic.get(buffer))

  local function ask(method, line, column, more)
    local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) }, position = { line = line, character = column } }
    for key, value in pairs(more or {}) do
      params[key] = value
    end
    local answers = vim.lsp.buf_request_sync(buffer, method, params, 5000) or {}
    local _, answer = next(answers)
    return answer and answer.result
  end

  -- The mend that the mistake knows.
  local diagnostic = vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })[1]
  local actions = ask("textDocument/codeAction", 8, 18, {
    range = { start = { line = 8, character = 18 }, ["end"] = { line = 8, character = 18 } },
    context = { diagnostics = { diagnostic and diagnostic.user_data.lsp } },
  })
  local mend = nil
  for _, action in ipairs(actions or {}) do
    if action.title:find("amount", 1, true) then
      mend = action
    end
  end
  check("the mistake has a mend", mend ~= nil, actions)
  if mend then
    vim.lsp.util.apply_workspace_edit(mend.edit, "utf-16")
  end
  local clean = vim.wait(5000, function()
    return #vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR }) == 0
  end)
  check("the mend mends it", clean, vim.diagnostic.get(buffer))

  local hover = ask("textDocument/hover", 8, 8)
  check("hover tells of the rule", hover and hover.contents.value:find("deny big", 1, true) ~= nil, hover)
  local completion = ask("textDocument/completion", 8, 18)
  local labels = {}
  for _, item in ipairs(completion and completion.items or {}) do
    labels[item.label] = true
  end
  check("completion offers fields", labels.amount and labels.kind, completion)
  local definition = ask("textDocument/definition", 8, 20)
  local target = definition and (definition.range or (definition[1] and definition[1].targetSelectionRange))
  check("a field leads to its declaration", target and target.start.line == 2, definition)

  local edit = ask("textDocument/rename", 8, 8, { newName = "huge" })
  if edit then
    vim.lsp.util.apply_workspace_edit(edit, "utf-16")
  end
  local lines = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
  check("a rule is renamed in its test", lines:find("deny huge") and lines:find("denies by huge"), lines)

  vim.api.nvim_buf_set_lines(buffer, 7, 8, false, { "  default    allow" })
  vim.lsp.buf.formatting_sync(nil, 5000)
  check("formatting puts it into style", vim.api.nvim_buf_get_lines(buffer, 7, 8, false)[1] == "  default allow", lines)

  local lenses = ask("textDocument/codeLens", 0, 0)
  local commands = {}
  for _, lens in ipairs(lenses or {}) do
    commands[lens.command.command] = lens.command
  end
  check("there is a lens that runs the test", commands["policy.runTest"] ~= nil, lenses)
  local told = nil
  policy.request("policy/runTests", commands["policy.runTest"].arguments[1], function(results)
    told = results
  end)
  vim.wait(10000, function()
    return told ~= nil
  end)
  -- Other modules of the example do not stand in the way.
  check("the test passes", told and told.passed == 1 and told.failed == 0, told)

  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, { "module probe" })
  done()
end

local fine, err = pcall(main)
if not fine then
  print("FAIL the session itself: " .. tostring(err))
  vim.cmd("cquit!")
end
