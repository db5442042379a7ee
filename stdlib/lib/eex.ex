defmodule EEx.SyntaxError do
  @moduledoc "Raised for a template that is not well formed, with the place in `:file`, `:line` and `:column`."
  defexception [:message, :file, :line, :column]

  @impl true
  def message(e), do: "#{e.file}:#{e.line}:#{e.column}: #{e.message}"
end

defmodule EEx do
  @moduledoc """
  Templates: text with Elixir code between `<%` and `%>`.

  `<%= code %>` puts the code's result into the text, `<% code %>` only runs it, `<%# … %>` and `<%!-- … --%>` are comments, and `<%% … %>`
  writes a tag as it is. Code may go around text, as in `<%= if x do %>a<% else %>b<% end %>`. In the default engine, `@name` is a value of the
  `assigns`.

  Options, for all functions: `:file` and `:line` for errors, `:indentation` added to columns, `:trim` to remove lines and blanks around tags,
  `:engine`, a module with the behaviour `EEx.Engine`, and `:parser_options` for `Code.string_to_quoted/2`.
  """

  @type line :: non_neg_integer
  @type column :: non_neg_integer
  @type marker :: [?= | ?/ | ?|]
  @type metadata :: %{column: column, line: line}
  @type token ::
          {:comment, charlist, metadata}
          | {:text, charlist, metadata}
          | {:expr | :start_expr | :middle_expr | :end_expr, marker, charlist, metadata}
          | {:eof, metadata}

  @doc """
  Defines a function (`:def` or `:defp`) that fills a template.

  ## Examples

      iex> defmodule Sample do
      ...>   require EEx
      ...>   EEx.function_from_string(:def, :sample, "<%= a + b %>", [:a, :b])
      ...> end
      iex> Sample.sample(1, 2)
      "3"

  """
  defmacro function_from_string(kind, name, template, args \\ [], options \\ []) do
    quote bind_quoted: [kind: kind, name: name, template: template, args: args, options: options] do
      info = Keyword.merge([file: __ENV__.file, line: __ENV__.line], options)
      args = Enum.map(args, fn arg -> {arg, [line: info[:line]], nil} end)
      compiled = EEx.compile_string(template, info)

      case kind do
        :def -> def unquote(name)(unquote_splicing(args)), do: unquote(compiled)
        :defp -> defp unquote(name)(unquote_splicing(args)), do: unquote(compiled)
      end
    end
  end

  @doc """
  Defines a function (`:def` or `:defp`) that fills the template in a file; the module is compiled again when the file changes.
  """
  defmacro function_from_file(kind, name, file, args \\ [], options \\ []) do
    quote bind_quoted: [kind: kind, name: name, file: file, args: args, options: options] do
      info = Keyword.merge([file: IO.chardata_to_string(file), line: 1], options)
      args = Enum.map(args, fn arg -> {arg, [line: 1], nil} end)
      compiled = EEx.compile_file(file, info)

      @external_resource file
      @file file

      case kind do
        :def -> def unquote(name)(unquote_splicing(args)), do: unquote(compiled)
        :defp -> defp unquote(name)(unquote_splicing(args)), do: unquote(compiled)
      end
    end
  end

  @doc """
  Turns a template into quoted code.

  ## Examples

      iex> quoted = EEx.compile_string("<%= a + b %>")
      iex> {result, _bindings} = Code.eval_quoted(quoted, a: 1, b: 2)
      iex> result
      "3"

  """
  @spec compile_string(String.t(), keyword) :: Macro.t()
  def compile_string(source, options \\ []) when is_binary(source) and is_list(options), do: EEx.Compiler.compile(source, options)

  @doc """
  Turns the template in a file into quoted code.
  """
  @spec compile_file(Path.t(), keyword) :: Macro.t()
  def compile_file(filename, options \\ []) when is_list(options) do
    filename = IO.chardata_to_string(filename)
    options = Keyword.merge([file: filename, line: 1], options)
    compile_string(File.read!(filename), options)
  end

  @doc """
  Fills a template with bindings.

  ## Examples

      iex> EEx.eval_string("foo <%= bar %>", bar: "baz")
      "foo baz"
      iex> EEx.eval_string("<%= @a %> <%= for i <- 1..3 do %>[<%= i %>]<% end %>", assigns: [a: 1])
      "1 [1][2][3]"

  """
  @spec eval_string(String.t(), keyword, keyword) :: any
  def eval_string(source, bindings \\ [], options \\ []) when is_binary(source) and is_list(bindings) and is_list(options),
    do: source |> compile_string(options) |> eval(bindings, options)

  @doc """
  Fills the template in a file with bindings.
  """
  @spec eval_file(Path.t(), keyword, keyword) :: any
  def eval_file(filename, bindings \\ [], options \\ []) when is_list(bindings) and is_list(options) do
    filename = IO.chardata_to_string(filename)
    options = Keyword.put_new(options, :file, filename)
    filename |> compile_file(options) |> eval(bindings, options)
  end

  defp eval(compiled, bindings, options) do
    {result, _bindings} = Code.eval_quoted(compiled, bindings, options)
    result
  end

  @doc """
  Cuts a template into tokens: `{:ok, tokens}`, or `{:error, message, place}`.

  ## Examples

      iex> EEx.tokenize("foo")
      {:ok, [{:text, 'foo', %{column: 1, line: 1}}, {:eof, %{column: 4, line: 1}}]}

  """
  @spec tokenize(IO.chardata(), keyword) :: {:ok, [token]} | {:error, String.t(), metadata}
  def tokenize(contents, opts \\ []), do: EEx.Tokenizer.tokenize(contents, opts)
end
