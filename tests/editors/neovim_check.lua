-- Run by test_neovim.py in a headless Neovim: prints a line for each thing that was seen.
local ok, err = pcall(function()
  local function say(what, found)
    io.write(what, ": ", (tostring(found):gsub("\n", " ")), "\n")
  end
  local function wait(what, f)
    if not vim.wait(20000, f, 10) then
      say("waited in vain", what)
      vim.cmd("cquit 1")
    end
  end
  require("tosdsl").command = { vim.env.TOSDSL_PYTHON, "-m", "tosdsl", "lsp" }

  vim.cmd("edit " .. vim.env.TOSDSL_TEXT)
  local buffer = vim.api.nvim_get_current_buf()
  say("filetype", vim.bo.filetype)
  local function codes()
    return vim.tbl_map(function(d) return d.code or "none" end, vim.diagnostic.get(buffer))
  end
  wait("diagnostics", function() return #codes() > 0 end)
  local d = vim.diagnostic.get(buffer)[1]
  say("diagnostic", d.code .. " at " .. d.lnum + 1 .. ":" .. d.col + 1)

  local function ask(method, extra)
    local params = vim.lsp.util.make_position_params(0, "utf-16")
    local found = vim.lsp.buf_request_sync(buffer, method, vim.tbl_extend("force", params, extra or {}), 20000)
    local _, answer = next(found or {})
    return answer and answer.result
  end
  local function at(line, word)
    vim.api.nvim_win_set_cursor(0, { line, vim.fn.getline(line):find(word, 1, true) - 1 })
  end

  at(d.lnum + 1, "lagre")
  local range = vim.lsp.util.make_given_range_params({ d.lnum + 1, d.col }, { d.lnum + 1, d.col }, buffer, "utf-16")
  range.context = { diagnostics = {} }
  local fixes = vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", range, 20000)
  local _, fix = next(fixes)
  say("fix", fix.result[1].title)
  vim.lsp.util.apply_workspace_edit(fix.result[1].edit, "utf-16")
  wait("mended", function() return #codes() == 0 end)

  at(9, "carrying")
  say("hover", ask("textDocument/hover").contents.value:sub(1, 22))
  at(11, "size")
  local found = ask("textDocument/definition")
  say("definition", vim.fn.fnamemodify(vim.uri_to_fname(found[1].uri), ":t") .. ":" .. found[1].range.start.line + 1)
  local edit = ask("textDocument/rename", { newName = "bulk" })
  vim.lsp.util.apply_workspace_edit(edit, "utf-16")
  say("renamed", vim.fn.getline(11))
  say("in the vocabulary", table.concat(vim.api.nvim_buf_get_lines(vim.uri_to_bufnr(found[1].uri), 0, -1, false), "|"):match("fact %w+"))
  at(11, "bulk")
  wait("the new name", function() return ask("textDocument/hover") ~= nil end)
  wait("still right", function() return #codes() == 0 end)

  local offered = ask("textDocument/completion", { position = { line = 10, character = 17 } })
  say("completion", offered.items[1].label)
  local lenses = ask("textDocument/codeLens")
  say("lens", lenses[1].command.title)

  vim.fn.setline(11, "    when   bulk  is large")
  local format = vim.lsp.buf.format or vim.lsp.buf.formatting_sync
  if vim.lsp.buf.format then format({ timeout_ms = 20000 }) else format(nil, 20000) end
  say("formatted", vim.fn.getline(11))

  vim.cmd("TosdslRun")
  wait("results", function() return vim.api.nvim_get_current_buf() ~= buffer end)
  say("run", vim.fn.getline("$"))

  vim.cmd("silent! only | edit! " .. vim.env.TOSDSL_LITERATE)
  buffer = vim.api.nvim_get_current_buf()
  say("filetype", vim.bo.filetype)
  wait("diagnostics", function() return #codes() > 0 end)
  d = vim.diagnostic.get(buffer)[1]
  say("diagnostic", d.code .. " at " .. d.lnum + 1 .. ":" .. d.col + 1)
  vim.cmd("qall!")
end)
if not ok then
  io.write(tostring(err), "\n")
  vim.cmd("cquit 1")
end
