-- Terms of service as code: the language server for *.tos and *.tos.md.
-- Neovim 0.7 and later; no other plugin is needed.
local M = {}

-- How the server is started. Set it before the first text is opened, if `tosdsl` is not on the PATH.
M.command = { "tosdsl", "lsp" }

-- What commands of the server ask for besides the text: the title of a scenario, or nothing.
M.commands = { "run", "why", "coverage", "changes", "status" }

local function root(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  local git = vim.fn.finddir(".git", folder .. ";")
  return git ~= "" and vim.fn.fnamemodify(git, ":p:h:h") or folder
end

-- Show what a command gives in a window below, which `q` closes.
function M.show(result)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(result.text, "\n"))
  vim.bo[buffer].filetype = result.language == "tos" and "tos" or "text"
  vim.bo[buffer].bufhidden = "wipe"
  vim.bo[buffer].modifiable = false
  vim.cmd("botright split")
  vim.api.nvim_win_set_buf(0, buffer)
  vim.api.nvim_win_set_height(0, math.min(15, vim.api.nvim_buf_line_count(buffer)))
  vim.keymap.set("n", "q", "<cmd>close<cr>", { buffer = buffer })
end

function M.execute(command, arguments, buffer)
  local params = { command = command, arguments = arguments }
  vim.lsp.buf_request(buffer or 0, "workspace/executeCommand", params, function(err, result)
    if err then
      vim.notify(err.message, vim.log.levels.WARN)
    elseif result then
      M.show(result)
    end
  end)
end

-- The title of the scenario around the cursor.
local function scenario()
  local line = vim.fn.search([[^scenario "]], "bcnW")
  return line > 0 and vim.fn.matchstr(vim.fn.getline(line), [["\zs[^"]*]]) or nil
end

local function attach(buffer)
  local client_config = {
    name = "tosdsl",
    cmd = M.command,
    root_dir = root(vim.api.nvim_buf_get_name(buffer)),
    init_options = { showsResults = true },
  }
  if vim.lsp.start then
    vim.lsp.start(client_config, { bufnr = buffer })
  else -- Neovim 0.7
    for _, client in pairs(vim.lsp.get_active_clients()) do
      if client.name == "tosdsl" and client.config.root_dir == client_config.root_dir then
        vim.lsp.buf_attach_client(buffer, client.id)
        return
      end
    end
    vim.lsp.buf_attach_client(buffer, vim.lsp.start_client(client_config))
  end
end

local function keys(buffer)
  local function map(key, what)
    vim.keymap.set("n", key, what, { buffer = buffer, silent = true })
  end
  map("K", vim.lsp.buf.hover)
  map("gd", vim.lsp.buf.definition)
  map("gr", vim.lsp.buf.references)
  map("<leader>r", vim.lsp.buf.rename)
  map("<leader>a", vim.lsp.buf.code_action)
  map("<leader>l", vim.lsp.codelens.run)
  map("<leader>f", vim.lsp.buf.format or vim.lsp.buf.formatting)
  vim.bo[buffer].omnifunc = "v:lua.vim.lsp.omnifunc"
end

function M.open(buffer)
  keys(buffer)
  attach(buffer)
  vim.api.nvim_create_autocmd({ "InsertLeave", "BufWritePost" }, {
    buffer = buffer,
    callback = function()
      vim.lsp.codelens.refresh({ bufnr = buffer })
    end,
  })
end

function M.setup()
  for _, name in ipairs(vim.list_extend({ "reached", "use" }, M.commands)) do
    vim.lsp.commands["tosdsl." .. name] = function(command, context)
      M.execute(command.command, command.arguments, context.bufnr)
    end
  end
  for _, name in ipairs(M.commands) do
    vim.api.nvim_create_user_command("Tosdsl" .. name:sub(1, 1):upper() .. name:sub(2), function()
      local arguments = { vim.uri_from_bufnr(0) }
      if name == "why" then
        arguments[2] = scenario()
        if not arguments[2] then
          vim.notify("No scenario stands here.", vim.log.levels.WARN)
          return
        end
      end
      M.execute("tosdsl." .. name, arguments)
    end, {})
  end
end

return M
