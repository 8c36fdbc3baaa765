vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  pattern = "*.policy",
  nested = true,
  callback = function(event)
    vim.api.nvim_buf_set_option(event.buf, "commentstring", "// %s")
    vim.api.nvim_buf_set_option(event.buf, "shiftwidth", 2)
    vim.api.nvim_buf_set_option(event.buf, "expandtab", true)
    vim.api.nvim_buf_set_option(event.buf, "filetype", "policy")
  end,
})
