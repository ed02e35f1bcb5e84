// What Lua's own part of the sandbox is written in: pcall, xpcall and coroutines that can be left in the middle.
//
// A script past its time must give the thread back, wherever it is. Lua 5.1 cannot yield across a call of C code, and
// its pcall is one. Here each protected call runs in a coroutine of its own: where it has to be left, `attempt` and
// `proceed` answer nil and a number, the caller yields in its turn, and so on up to the host; later everything is
// resumed from the outside in.
//
// Compiled code is not checked when it is loaded, and could break out: what begins like it is read as text, which fails.

export const preludeSource = `
local attempt, attemptRaw, proceed, suspend, resume, create, rethrow, load, loadstring, byte, type = ...
local function finish(ok, ...)
  if ok == nil then
    suspend()
    return finish(proceed(...))
  end
  return ok, ...
end
local function failed(_, ...)
  return false, ...
end
local function handled(handler, ok, ...)
  if ok == nil then
    suspend()
    return handled(handler, proceed(...))
  end
  if ok then return ok, ... end
  return failed(finish(attemptRaw(handler, ...)))
end
local function unwrapped(ok, ...)
  if ok == nil then
    suspend()
    return unwrapped(proceed(...))
  end
  if ok then return ... end
  rethrow(...)
end
local function pcall(...)
  return finish(attempt(...))
end
local function xpcall(f, handler)
  return handled(handler, attemptRaw(f))
end
local function coresume(...)
  return finish(resume(...))
end
local function wrap(f)
  local co = create(f)
  return function(...) return unwrapped(resume(co, ...)) end
end
local function text(chunk)
  if type(chunk) == 'string' and byte(chunk) == 27 then return ' ' .. chunk end
  return chunk
end
local function loadPieces(reader, name)
  if type(reader) ~= 'function' then return load(reader, name) end
  local isFirst = true
  return load(function()
    local piece = reader()
    if isFirst and piece ~= '' then
      isFirst = false
      return text(piece)
    end
    return piece
  end, name)
end
local function loadText(chunk, name)
  return loadstring(text(chunk), name or chunk)
end
return pcall, xpcall, coresume, wrap, loadPieces, loadText
`;
