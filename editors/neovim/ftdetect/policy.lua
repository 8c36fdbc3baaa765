vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  pattern = "*.policy",
  callback = function(event)
    vim.api.nvim_buf_set_option(event.buf, "filetype", "policy")
    vim.api.nvim_buf_set_option(event.buf, "commentstring", "// %s")
    vim.api.nvim_buf_set_option(event.buf, "shiftwidth", 2)
    vim.api.nvim_buf_set_option(event.buf, "expandtab", true)
  end,
})
