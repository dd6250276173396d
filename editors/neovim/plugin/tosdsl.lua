-- Opens the language server for what is called *.tos or *.tos.md.
local group = vim.api.nvim_create_augroup("tosdsl", {})
vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  group = group,
  pattern = { "*.tos", "*.tos.md" },
  callback = function(args)
    local literate = vim.endswith(args.file, ".md")
    vim.bo[args.buf].filetype = literate and "markdown" or "tos"
    require("tosdsl").open(args.buf)
  end,
})
-- Blocks of policy text within Markdown have the colours of policies.
vim.g.markdown_fenced_languages = vim.list_extend({ "tos" }, vim.g.markdown_fenced_languages or {})
require("tosdsl").setup()
