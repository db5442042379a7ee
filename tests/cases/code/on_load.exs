# `@on_load` names a function that is run before anybody can call the module, and that has the last word.
Logger.configure(level: :none)
Code.compiler_options(ignore_module_conflict: true)

defmodule Loaded do
  @on_load :init
  def value, do: :persistent_term.get(:loaded_value, :unset)

  def init do
    # Nobody sees the module yet, but its own functions are there.
    :persistent_term.put(:loaded_value, {helper(), function_exported?(__MODULE__, :value, 0)})

    try do
      __MODULE__.value()
    rescue
      e in UndefinedFunctionError -> IO.inspect({:not_yet, e.function, e.arity})
    end

    :ok
  end

  def helper, do: :helped
end

IO.inspect(Loaded.value())
IO.inspect(function_exported?(Loaded, :init, 0))

# Where it does not give :ok the module is compiled, but not loaded.
for {body, index} <- Enum.with_index([":error", "{:ok, 1}", "raise \"no\"", "throw(:no)", "exit(:normal)", "nil", ":ok"]) do
  name = Module.concat(Refusing, "N#{index}")

  [{^name, binary}] =
    Code.compile_string("""
    defmodule #{inspect(name)} do
      @on_load {:init, 0}
      def value, do: #{index}
      def init, do: #{body}
    end
    """)

  result = try(do: name.value(), rescue: (e in UndefinedFunctionError -> e.reason))
  IO.inspect({body, result, :code.is_loaded(name) != false, :code.load_binary(name, 'nofile', binary)})
end

# A version that refuses leaves the one before in place.
define = fn version, result ->
  Code.compile_string("""
  defmodule Versioned do
    @on_load :init
    def version, do: #{version}
    def init, do: #{result}
  end
  """)

  {Versioned.version(), :erlang.check_old_code(Versioned)}
end

IO.inspect(define.(1, ":ok"))
IO.inspect(define.(2, ":refused"))
IO.inspect(define.(3, ":ok"))
IO.inspect(define.(4, "raise \"again\""))
[{_, binary}] = Code.compile_string("defmodule Versioned do\n@on_load :init\ndef init, do: :ok\nend")
:code.purge(Versioned)
IO.inspect(:erlang.load_module(Versioned, binary))

for source <- [
      "defmodule Wrong do\n@on_load :missing\nend",
      "defmodule Wrong do\n@on_load :init\ndefmacro init, do: :ok\nend",
      "defmodule Wrong do\n@on_load {:init, 1}\ndef init(_), do: :ok\nend"
    ] do
  IO.inspect(try(do: Code.compile_string(source) |> length(), rescue: (e -> {e.__struct__, Exception.message(e)})))
end
