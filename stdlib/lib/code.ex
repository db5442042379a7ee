defmodule Code do
  @moduledoc """
  Functions that parse, evaluate, compile and load code.
  """

  @type binding :: [{atom | tuple, any}]

  ## Evaluation

  @doc "Evaluates source text; returns the value and the bindings."
  @spec eval_string(List.Chars.t(), binding, Macro.Env.t() | keyword) :: {term, binding}
  def eval_string(string, binding \\ [], opts \\ []), do: :beamlet_compiler.eval_string(to_binary(string), binding, pruned(opts))

  @doc "Evaluates quoted code; returns the value and the bindings."
  @spec eval_quoted(Macro.t(), binding, Macro.Env.t() | keyword) :: {term, binding}
  def eval_quoted(quoted, binding \\ [], env_or_opts \\ []), do: :beamlet_compiler.eval_quoted(quoted, binding, pruned(env_or_opts))

  # An environment may outlive the compilation that it comes from.
  defp pruned(%{__struct__: Macro.Env, lexical_tracker: pid} = env) when is_pid(pid) do
    case Process.alive?(pid) do
      true ->
        env

      false ->
        IO.warn("an __ENV__ with outdated compilation information was given to eval, call Macro.Env.prune_compile_info/1 to prune it")
        :maps.put(:lexical_tracker, nil, env)
    end
  end

  defp pruned(env_or_opts), do: env_or_opts

  @doc "Evaluates quoted code in an environment; returns the value, the bindings and the environment."
  @spec eval_quoted_with_env(Macro.t(), binding, Macro.Env.t()) :: {term, binding, Macro.Env.t()}
  def eval_quoted_with_env(quoted, binding, %{__struct__: Macro.Env} = env) when is_list(binding), do: :beamlet_compiler.eval_quoted_with_env(quoted, binding, env)

  @doc "Evaluates code in an environment; what options ask for, pruned bindings, is so anyway."
  @spec eval_quoted_with_env(Macro.t(), binding, Macro.Env.t(), keyword) :: {term, binding, Macro.Env.t()}
  def eval_quoted_with_env(quoted, binding, env, _opts), do: eval_quoted_with_env(quoted, binding, env)

  @doc "Returns an environment for evaluation."
  @spec env_for_eval(keyword | Macro.Env.t()) :: Macro.Env.t()
  def env_for_eval(env_or_opts), do: elem(:beamlet_compiler.eval_quoted_with_env(nil, [], env_or_opts), 2)

  @doc "Evaluates a file."
  @spec eval_file(binary, nil | binary) :: {term, binding}
  def eval_file(file, relative_to \\ nil) when is_binary(file) do
    {text, file} = read!(file, relative_to)
    eval_string(text, [], file: file, line: 1)
  end

  ## Compilation

  @doc "Compiles source text; returns the modules it defines with their code."
  @spec compile_string(List.Chars.t(), binary) :: [{module, binary}]
  def compile_string(string, file \\ "nofile") when is_binary(file), do: :beamlet_compiler.compile_string(to_binary(string), file)

  @doc "Compiles quoted code; returns the modules it defines with their code."
  @spec compile_quoted(Macro.t(), binary) :: [{module, binary}]
  def compile_quoted(quoted, file \\ "nofile") when is_binary(file), do: :beamlet_compiler.compile_quoted(quoted, file)

  @doc "Compiles a file; returns the modules it defines with their code."
  @spec compile_file(binary, nil | binary) :: [{module, binary}]
  def compile_file(file, relative_to \\ nil) when is_binary(file) do
    {text, file} = read!(file, relative_to)
    :beamlet_compiler.compile_string(text, file)
  end

  @doc "Compiles a file unless that happened before; returns its modules, or `nil`."
  @spec require_file(binary, nil | binary) :: [{module, binary}] | nil
  def require_file(file, relative_to \\ nil) when is_binary(file) do
    {text, file} = read!(file, relative_to)

    # Not the last call, so that the stack traces of a script end here.
    case :beamlet_compiler.require_file(text, file) do
      nil -> nil
      modules -> modules
    end
  end

  @doc "Lists the files required so far."
  @spec required_files() :: [binary]
  def required_files(), do: :beamlet_compiler.required_files()

  @doc "Forgets that files were required."
  @spec unrequire_files([binary]) :: :ok
  def unrequire_files(files) when is_list(files), do: :beamlet_compiler.unrequire_files(files)

  @doc false
  @deprecated "Use Code.require_file/2 or Code.compile_file/2 instead"
  @deprecated "Use Code.require_file/2 or Code.compile_file/2 instead"
  def load_file(file, relative_to \\ nil) when is_binary(file), do: compile_file(file, relative_to)

  @doc false
  @deprecated "Use Code.required_files/0 instead"
  def loaded_files(), do: required_files()

  @doc false
  @deprecated "Use Code.unrequire_files/1 instead"
  def unload_files(files), do: unrequire_files(files)

  defp read!(file, relative_to) do
    file = if relative_to, do: Path.expand(file, relative_to), else: Path.expand(file)

    case File.read(file) do
      {:ok, text} -> {utf8!(text, file), file}
      {:error, reason} -> raise Code.LoadError, file: file, reason: reason
    end
  end

  defp utf8!(text, file) do
    case :unicode.characters_to_binary(text) do
      text when is_binary(text) ->
        text

      {_, valid, rest} ->
        before = :binary.split(valid, "\n", [:global])
        start = binary_part(rest, 0, min(8, byte_size(rest)))
        place = "#{Path.relative_to_cwd(file)}:#{length(before)}, byte #{byte_size(List.last(before)) + 1} of the line"
        message = "invalid encoding starting at #{inspect(start)} (#{place}): source code must be UTF-8"
        raise struct!(UnicodeConversionError, encoded: valid, message: message)
    end
  end

  ## Parsing

  @doc "Parses source text: `{:ok, quoted}`, or `{:error, {metadata, message, token}}`."
  @spec string_to_quoted(List.Chars.t(), keyword) :: {:ok, Macro.t()} | {:error, {location :: keyword, binary | {binary, binary}, binary}}
  def string_to_quoted(string, opts \\ []) when is_list(opts) do
    case :beamlet_compiler.string_to_quoted(to_binary(string), opts) do
      {:ok, quoted} -> encoded(fn -> {:ok, encode(quoted, opts)} end)
      {:error, details, _exception} -> {:error, details}
    end
  end

  # The parser marks literals and atoms where an encoder is given; here the encoders have their say.
  defp encode(quoted, opts) do
    literals = Keyword.get(opts, :literal_encoder)
    atoms = Keyword.get(opts, :static_atoms_encoder)
    if literals || atoms, do: encode(quoted, literals, atoms), else: quoted
  end

  defp encode({:"$literal", meta, [literal]}, literals, atoms) do
    case literals.(encode(literal, literals, atoms), meta) do
      {:ok, quoted} -> quoted
      {:error, reason} -> throw({:not_encoded, meta, reason, ""})
    end
  end

  defp encode({:"$atom", meta, [text]}, _literals, atoms) do
    case atoms.(text, meta) do
      {:ok, term} when is_atom(term) or is_tuple(term) -> term
      {:ok, term} -> throw({:not_encoded, meta, "invalid: #{inspect(term)}", text})
      {:error, reason} -> throw({:not_encoded, meta, reason, text})
    end
  end

  defp encode({form, meta, args}, literals, atoms),
    do: {encode(form, literals, atoms), meta, encode(args, literals, atoms)}

  defp encode({left, right}, literals, atoms),
    do: {encode(left, literals, atoms), encode(right, literals, atoms)}

  defp encode(list, literals, atoms) when is_list(list), do: :lists.map(&encode(&1, literals, atoms), list)
  defp encode(other, _literals, _atoms), do: other

  defp encoded(fun) do
    fun.()
  catch
    :throw, {:not_encoded, meta, reason, token} -> {:error, {Keyword.take(meta, [:line, :column]), "#{reason}: ", token}}
  end

  @doc "Parses source text or raises `SyntaxError` or `TokenMissingError`."
  @spec string_to_quoted!(List.Chars.t(), keyword) :: Macro.t()
  def string_to_quoted!(string, opts \\ []) when is_list(opts) do
    case :beamlet_compiler.string_to_quoted(to_binary(string), opts) do
      {:ok, quoted} ->
        case encoded(fn -> {:ok, encode(quoted, opts)} end) do
          {:ok, quoted} -> quoted
          {:error, {meta, message, token}} -> raise SyntaxError, file: Keyword.get(opts, :file, "nofile"), line: meta[:line], description: message <> token
        end

      {:error, _details, exception} ->
        raise exception
    end
  end

  @doc "Parses source text; returns also its comments."
  @spec string_to_quoted_with_comments(List.Chars.t(), keyword) :: {:ok, Macro.t(), [map]} | {:error, term}
  def string_to_quoted_with_comments(string, opts \\ []) when is_list(opts) do
    case :beamlet_compiler.string_to_quoted_with_comments(to_binary(string), opts) do
      {:ok, quoted, comments} -> encoded(fn -> {:ok, encode(quoted, opts), comments} end)
      {:error, details, _exception} -> {:error, details}
    end
  end

  @doc "Parses source text to code and comments, or raises `SyntaxError` or `TokenMissingError`."
  @spec string_to_quoted_with_comments!(List.Chars.t(), keyword) :: {Macro.t(), [map]}
  def string_to_quoted_with_comments!(string, opts \\ []) when is_list(opts) do
    case :beamlet_compiler.string_to_quoted_with_comments(to_binary(string), opts) do
      {:ok, quoted, comments} -> {encode(quoted, opts), comments}
      {:error, _details, exception} -> raise exception
    end
  end

  ## Formatting

  @doc """
  Lays out source text in the usual style; returns iodata.

  Options: `:line_length` (98), `:locals_without_parens` (names and arities, `:*` for all, that keep their calls without
  parentheses), `:force_do_end_blocks`, `:normalize_bitstring_modifiers`, `:sigils` (functions that format the text of
  sigils), `:file` and `:line` for errors. Raises `SyntaxError` or `TokenMissingError` for text that does not parse.

  ## Examples

      iex> IO.iodata_to_binary(Code.format_string!("foo( 1,2 )"))
      "foo(1, 2)"

      iex> IO.iodata_to_binary(Code.format_string!("a|>b", line_length: 3))
      "a\\n|> b"

  """
  @spec format_string!(binary, keyword) :: iodata
  def format_string!(string, opts \\ []) when is_binary(string) and is_list(opts) do
    line_length = Keyword.get(opts, :line_length, 98)

    reading = [
      literal_encoder: &{:ok, {:__block__, &2, [&1]}},
      token_metadata: true,
      unescape: false,
      warnings: false,
      file: Keyword.get(opts, :file, "nofile"),
      line: Keyword.get(opts, :line, 1)
    ]

    {quoted, comments} = string_to_quoted_with_comments!(string, reading)
    quoted |> Code.Formatter.to_algebra([comments: comments] ++ opts) |> Inspect.Algebra.format(line_length)
  end

  @doc "Lays out the text of a file as `format_string!/2` does, with a line break at its end."
  @spec format_file!(binary, keyword) :: iodata
  def format_file!(file, opts \\ []) when is_binary(file) and is_list(opts) do
    [file |> File.read!() |> format_string!([file: file, line: 1] ++ opts), ?\n]
  end

  @doc """
  Returns the document of `Inspect.Algebra` that quoted code is laid out by.

  Options: `:comments` as `string_to_quoted_with_comments/2` gives them, `:escape` (`true`: texts hold what they mean;
  `false`: they hold what is written in source), `:locals_without_parens`.
  """
  @spec quoted_to_algebra(Macro.t(), keyword) :: Inspect.Algebra.t()
  def quoted_to_algebra(quoted, opts \\ []) do
    opts = Keyword.put_new(opts, :escape, true)
    quoted |> Code.Normalizer.normalize(opts) |> Code.Formatter.to_algebra(opts)
  end

  ## Loading

  @doc "Loads a module unless it is: `{:module, module}` or `{:error, reason}`."
  @spec ensure_loaded(module) :: {:module, module} | {:error, :embedded | :badfile | :nofile | :on_load_failure}
  def ensure_loaded(module) when is_atom(module), do: :code.ensure_loaded(module)

  @doc "Tells whether a module is loaded, and loads nothing."
  @spec loaded?(module) :: boolean
  def loaded?(module) when is_atom(module), do: :erlang.module_loaded(module)

  @doc "Loads modules: `:ok`, or `{:error, reasons}` with a pair for each module that could not be."
  @spec ensure_all_loaded([module]) :: :ok | {:error, [{module, atom}]}
  def ensure_all_loaded(modules) when is_list(modules) do
    case for(module <- modules, {:error, reason} <- [:code.ensure_loaded(module)], do: {module, reason}) do
      [] -> :ok
      errors -> {:error, errors}
    end
  end

  @doc "Loads modules, or raises `ArgumentError` with all that could not be."
  @doc since: "1.15.0"
  @spec ensure_all_loaded!([module]) :: :ok
  def ensure_all_loaded!(modules) do
    case ensure_all_loaded(modules) do
      :ok ->
        :ok

      {:error, errors} ->
        list = errors |> Enum.sort() |> Enum.map_join("\n", fn {module, reason} -> "  * #{inspect(module)} due to reason #{inspect(reason)}" end)
        raise ArgumentError, "could not load the following modules:\n\n" <> list
    end
  end

  @doc "Tells whether a module is loaded or could be."
  @spec ensure_loaded?(module) :: boolean
  def ensure_loaded?(module) when is_atom(module), do: Kernel.match?({:module, ^module}, :code.ensure_loaded(module))

  @doc "Loads a module unless it is, or raises `ArgumentError`."
  @spec ensure_loaded!(module) :: module
  def ensure_loaded!(module) do
    case ensure_loaded(module) do
      {:module, module} -> module
      {:error, reason} -> raise ArgumentError, "could not load module #{inspect(module)} due to reason #{inspect(reason)}"
    end
  end

  @doc "Waits for a module to be compiled and loads it."
  @spec ensure_compiled(module) :: {:module, module} | {:error, :embedded | :badfile | :nofile | :on_load_failure | :unavailable}
  def ensure_compiled(module) when is_atom(module), do: ensure_compiled(module, :soft)

  # Where files are compiled together, another one may be about to define the module.
  defp ensure_compiled(module, mode) do
    with {:error, :nofile} = missing <- :beamlet_compiler.ensure_compiled(module),
         true <- can_await_module_compilation?() do
      case Kernel.ErrorHandler.ensure_compiled(module, :module, mode) do
        :found -> {:module, module}
        :deadlock -> {:error, :unavailable}
        :not_found -> missing
      end
    else
      false -> {:error, :nofile}
      other -> other
    end
  end

  @doc "Waits for a module to be compiled and loads it, or raises `ArgumentError`."
  @spec ensure_compiled!(module) :: module
  def ensure_compiled!(module) when is_atom(module) do
    case ensure_compiled(module, :hard) do
      {:module, module} -> module
      {:error, reason} -> raise ArgumentError, "could not load module #{inspect(module)} due to reason #{inspect(reason)}"
    end
  end

  @doc false
  @deprecated "Use Code.ensure_compiled/1 instead (see the proper disclaimers in its docs)"
  def ensure_compiled?(module) when is_atom(module), do: Kernel.match?({:module, ^module}, ensure_compiled(module))

  @doc "Tells whether modules being compiled elsewhere could be waited for."
  @spec can_await_module_compilation?() :: boolean
  def can_await_module_compilation?(), do: :erlang.process_info(self(), :error_handler) == {:error_handler, Kernel.ErrorHandler}

  @doc "Returns the documentation of a module, or of a module file, as its code holds it."
  @spec fetch_docs(module | String.t()) :: {:docs_v1, term, term, term, term, term, list} | {:error, term}
  def fetch_docs(module_or_path)

  def fetch_docs(module) when is_atom(module) do
    # What is in memory only keeps no documentation.
    case :beamlet_code.bundled(module) || :beamlet_library.object_code(module) do
      :error -> {:error, :module_not_found}
      {_, bytes, path} -> docs_of(:beam_lib.chunks(bytes, ['Docs']), path, module)
      _application -> docs_of(:beamlet_code.chunk(module, "Docs"))
    end
  end

  def fetch_docs(path) when is_binary(path) do
    case :beam_lib.chunks(String.to_charlist(path), ['Docs']) do
      {:ok, {_module, [{_, bytes}]}} -> :erlang.binary_to_term(bytes)
      {:error, :beam_lib, {:missing_chunk, _, _}} -> {:error, :chunk_not_found}
      {:error, :beam_lib, {:file_error, _, :enoent}} -> {:error, :module_not_found}
      {:error, :beam_lib, reason} -> {:error, reason}
    end
  end

  defp docs_of(bytes) when is_binary(bytes), do: :erlang.binary_to_term(bytes)
  defp docs_of(_), do: {:error, :chunk_not_found}

  defp docs_of({:ok, {_module, [{_, bytes}]}}, _path, _module_name), do: :erlang.binary_to_term(bytes)
  defp docs_of(_none, path, module), do: docs_beside(path, module)

  # An application may keep its documentation in files of its own.
  defp docs_beside([_ | _] = path, module) do
    case File.read(Path.join([path |> Path.dirname() |> Path.dirname(), "doc/chunks", "#{module}.chunk"])) do
      {:ok, bytes} -> :erlang.binary_to_term(bytes)
      {:error, _} -> {:error, :chunk_not_found}
    end
  end

  defp docs_beside(_path, _module), do: {:error, :chunk_not_found}

  @doc """
  Puts a directory in front of the code path.

  The option `:cache` is taken and has no effect: what is in a directory is looked up when it is asked for.
  """
  @spec prepend_path(Path.t(), cache: boolean) :: true | {:error, :bad_directory}
  def prepend_path(path, options \\ []) when is_list(options), do: :code.add_patha(String.to_charlist(Path.expand(path)))

  @doc "Puts a directory at the end of the code path. Options are those of `prepend_path/2`."
  @spec append_path(Path.t(), cache: boolean) :: true | {:error, :bad_directory}
  def append_path(path, options \\ []) when is_list(options), do: :code.add_pathz(String.to_charlist(Path.expand(path)))

  @doc "Removes a directory from the code path."
  @spec delete_path(Path.t()) :: boolean
  def delete_path(path), do: :code.del_path(String.to_charlist(Path.expand(path)))

  @doc "Puts directories in front of the code path, the first one first. What is no directory is left out."
  @doc since: "1.15.0"
  @spec prepend_paths([Path.t()], cache: boolean) :: :ok
  def prepend_paths(paths, options \\ []) when is_list(paths) and is_list(options),
    do: paths |> Enum.reverse() |> Enum.each(&prepend_path(&1, options))

  @doc "Puts directories at the end of the code path, in their order. What is no directory is left out."
  @doc since: "1.15.0"
  @spec append_paths([Path.t()], cache: boolean) :: :ok
  def append_paths(paths, options \\ []) when is_list(paths) and is_list(options), do: Enum.each(paths, &append_path(&1, options))

  @doc "Removes directories from the code path."
  @doc since: "1.15.0"
  @spec delete_paths([Path.t()]) :: :ok
  def delete_paths(paths) when is_list(paths), do: Enum.each(paths, &delete_path/1)

  ## Options

  # The options with the values that they have until somebody sets them.
  @options %{
    debug_info: true,
    docs: true,
    ignore_already_consolidated: false,
    ignore_module_conflict: false,
    no_warn_undefined: [],
    parser_options: [],
    relative_paths: true,
    tracers: [],
    warnings_as_errors: false
  }

  @doc "Returns the compiler's options."
  @spec compiler_options() :: map
  def compiler_options(), do: for(name <- available_compiler_options(), into: %{}, do: {name, get_compiler_option(name)})

  @doc "Sets options of the compiler and returns their values from before."
  @spec compiler_options(Enumerable.t()) :: map
  def compiler_options(opts) do
    for {key, value} <- opts, into: %{} do
      previous = get_compiler_option(key)
      put_compiler_option(key, value)
      {key, previous}
    end
  end

  @doc "Returns an option of the compiler, or raises for an unknown one."
  @spec get_compiler_option(atom) :: term
  def get_compiler_option(key) when is_atom(key) do
    case :maps.find(key, @options) do
      {:ok, default} ->
        case :beamlet_compiler.get_option(key) do
          {:ok, value} -> value
          :error -> default
        end

      :error ->
        raise "unknown compiler option: #{inspect(key)}"
    end
  end

  @doc "Sets an option of the compiler."
  @spec put_compiler_option(atom, term) :: :ok
  def put_compiler_option(key, value) when is_atom(key) do
    _ = get_compiler_option(key)
    check_option(key, value)
    :beamlet_compiler.put_option(key, value)
    :ok
  end

  @doc "Lists the names of the compiler's options."
  @spec available_compiler_options() :: [atom]
  def available_compiler_options(), do: :maps.keys(@options)

  defp check_option(key, value) when key in [:debug_info, :docs, :ignore_already_consolidated, :ignore_module_conflict, :relative_paths, :warnings_as_errors] do
    unless is_boolean(value), do: raise("compiler option #{inspect(key)} should be a boolean, got: #{inspect(value)}")
  end

  defp check_option(key, value) when key in [:tracers, :parser_options] do
    unless is_list(value), do: raise("compiler option #{inspect(key)} should be a list, got: #{inspect(value)}")
  end

  defp check_option(:no_warn_undefined, value) do
    unless value == :all or is_list(value) do
      raise "compiler option :no_warn_undefined should be a list or the atom :all, got: #{inspect(value)}"
    end
  end

  @doc false
  def purge_compiler_modules(), do: {:ok, 0}

  defp to_binary(text) when is_binary(text), do: text
  defp to_binary(other), do: other |> List.Chars.to_charlist() |> List.to_string()

  @doc false
  @deprecated "Code.get_docs/2 always returns nil as its outdated documentation is no longer stored on BEAM files. Use Code.fetch_docs/1 instead"
  def get_docs(_module, _kind), do: nil

  @doc false
  @deprecated "Use Code.Fragment.cursor_context/2 instead"
  def cursor_context(fragment, options \\ []), do: Code.Fragment.cursor_context(fragment, options)
end
