-- Starts the server for policies, and adds what the protocol does not have.

local M = {}

local namespace = vim.api.nvim_create_namespace("policy-coverage")

--- The folder of the project that a file belongs to, or the file's own.
local function root_of(path)
  local found = vim.fn.findfile("policy.toml", vim.fn.fnamemodify(path, ":p:h") .. ";")
  if found ~= "" then
    return vim.fn.fnamemodify(found, ":p:h")
  end
  return vim.fn.fnamemodify(path, ":p:h")
end

local function clients_of(buffer)
  local found = {}
  for _, client in pairs(vim.lsp.get_active_clients and vim.lsp.get_active_clients() or vim.lsp.get_clients()) do
    if client.name == "policyc" and vim.lsp.buf_is_attached(buffer, client.id) then
      table.insert(found, client)
    end
  end
  return found
end

--- Sends a request of ours, and hands the answer on.
function M.request(method, params, handler)
  local buffer = vim.api.nvim_get_current_buf()
  local client = clients_of(buffer)[1]
  if not client then
    vim.notify("no policy server for this buffer", vim.log.levels.WARN)
    return
  end
  client.request(method, params, function(err, result)
    if err then
      vim.notify(err.message or tostring(err), vim.log.levels.ERROR)
    else
      handler(result)
    end
  end, buffer)
end

--- Fills the quickfix list with what failed.
local function show_results(results)
  local items = {}
  for _, err in ipairs(results.errors or {}) do
    table.insert(items, { text = err.message, type = "E" })
  end
  for _, test in ipairs(results.tests or {}) do
    for _, failure in ipairs(test.failures or {}) do
      local text = test.name .. ": " .. failure.message
      for _, part in ipairs(failure.parts or {}) do
        text = text .. " | " .. part.source .. " = " .. part.value
      end
      table.insert(items, {
        filename = vim.uri_to_fname(failure.uri),
        lnum = failure.range.start.line + 1,
        col = failure.range.start.character + 1,
        text = text,
        type = "E",
      })
    end
  end
  vim.fn.setqflist({}, "r", { title = "Policy tests", items = items })
  vim.notify(string.format("%d passed, %d failed, %d skipped", results.passed, results.failed, results.skipped))
  if #items > 0 then
    vim.cmd("copen")
  end
end

--- Marks what tests do not reach.
local function show_coverage(covered)
  show_results(covered.results)
  for _, file in ipairs(covered.files or {}) do
    local buffer = vim.uri_to_bufnr(file.uri)
    if vim.api.nvim_buf_is_loaded(buffer) then
      vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
      for _, item in ipairs(file.items) do
        if #item.missing > 0 then
          vim.api.nvim_buf_set_extmark(buffer, namespace, item.range.start.line, 0, {
            virt_text = { { "  " .. table.concat(item.missing, "; "), "Comment" } },
            sign_text = "▌",
            sign_hl_group = "DiagnosticSignWarn",
          })
        end
      end
    end
  end
end

--- The tests of this buffer, or the one that the cursor is in.
local function asked(here)
  local uri = vim.uri_from_bufnr(0)
  return function(result, run)
    local line = vim.api.nvim_win_get_cursor(0)[1] - 1
    for _, test in ipairs(result.tests) do
      local own = test.uri == uri
      local inside = test.range.start.line <= line and line <= test.range["end"].line
      if own and (not here or inside) then
        run({ uri = uri, module = test.module, name = here and test.name or nil })
        return
      end
    end
    vim.notify("no test here", vim.log.levels.WARN)
  end
end

local function run(here, method, show)
  local choose = asked(here)
  M.request("policy/tests", { uri = vim.uri_from_bufnr(0) }, function(result)
    choose(result, function(params)
      M.request(method, params, show)
    end)
  end)
end

function M.evaluate(input, policy)
  local params = { uri = vim.uri_from_bufnr(0), policy = policy, input = vim.uri_from_fname(vim.fn.fnamemodify(input, ":p")) }
  M.request("policy/evaluate", params, function(result)
    vim.cmd("vnew")
    local buffer = vim.api.nvim_get_current_buf()
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(result.markdown, "\n"))
    vim.api.nvim_buf_set_option(buffer, "buftype", "nofile")
    vim.api.nvim_buf_set_option(buffer, "filetype", "markdown")
  end)
end

local function commands()
  vim.api.nvim_create_user_command("PolicyTest", function()
    run(true, "policy/runTests", show_results)
  end, {})
  vim.api.nvim_create_user_command("PolicyTests", function()
    run(false, "policy/runTests", show_results)
  end, {})
  vim.api.nvim_create_user_command("PolicyCoverage", function()
    run(false, "policy/coverage", show_coverage)
  end, {})
  vim.api.nvim_create_user_command("PolicyEvaluate", function(options)
    M.evaluate(options.fargs[1], options.fargs[2])
  end, { nargs = "+", complete = "file" })
  -- The commands of lenses.
  vim.lsp.commands["policy.runTest"] = function(command)
    M.request("policy/runTests", command.arguments[1], show_results)
  end
  vim.lsp.commands["policy.runTests"] = vim.lsp.commands["policy.runTest"]
  vim.lsp.commands["policy.runTestsWithCoverage"] = function(command)
    M.request("policy/coverage", command.arguments[1], show_coverage)
  end
  vim.lsp.commands["policy.evaluate"] = function(command)
    local input = vim.fn.input("Input: ", "", "file")
    if input ~= "" then
      M.evaluate(input, command.arguments[1].policy)
    end
  end
end

function M.setup(options)
  options = options or {}
  commands()
  local group = vim.api.nvim_create_augroup("policy", { clear = true })
  vim.api.nvim_create_autocmd("FileType", {
    group = group,
    pattern = "policy",
    callback = function(event)
      local path = vim.api.nvim_buf_get_name(event.buf)
      local root = root_of(path)
      M.servers = M.servers or {}
      local id = M.servers[root]
      if not id or not vim.lsp.get_client_by_id(id) then
        id = vim.lsp.start_client({
          name = "policyc",
          cmd = options.command or { "policyc", "lsp" },
          root_dir = root,
          workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
          capabilities = options.capabilities,
          on_attach = options.on_attach,
          flags = options.flags,
        })
        M.servers[root] = id
      end
      if id then
        vim.lsp.buf_attach_client(event.buf, id)
      end
    end,
  })
  if options.format_on_save then
    vim.api.nvim_create_autocmd("BufWritePre", {
      group = group,
      pattern = "*.policy",
      callback = function()
        if vim.lsp.buf.format then
          vim.lsp.buf.format({ timeout_ms = 2000 })
        else
          vim.lsp.buf.formatting_sync(nil, 2000)
        end
      end,
    })
  end
end

return M
