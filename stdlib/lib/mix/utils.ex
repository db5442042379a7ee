defmodule Mix.Utils do
  @moduledoc """
  What tasks share: names of commands, files and when they changed.
  """

  @doc "Lists the files with one of the extensions below paths; a path may be a file itself."
  @spec extract_files([Path.t()], [atom]) :: [Path.t()]
  def extract_files(paths, exts_or_pattern)

  def extract_files(paths, exts) when is_list(exts) do
    pattern = "*." <> if(match?([_], exts), do: "#{hd(exts)}", else: "{#{Enum.join(exts, ",")}}")
    extract_files(paths, pattern) |> Enum.filter(fn file -> Enum.any?(exts, &String.ends_with?(file, ".#{&1}")) end)
  end

  def extract_files(paths, pattern) when is_binary(pattern) do
    paths
    |> Enum.flat_map(fn path ->
      cond do
        File.dir?(path) -> Path.wildcard(Path.join([path, "**", pattern]))
        File.regular?(path) -> [path]
        true -> []
      end
    end)
    |> Enum.uniq()
  end

  @doc "Returns when a file last changed, in seconds since 1970; 0 if it is not there."
  @spec last_modified(Path.t() | integer | :calendar.datetime()) :: integer
  def last_modified(timestamp) when is_integer(timestamp), do: timestamp
  def last_modified({{_, _, _}, {_, _, _}} = datetime), do: :calendar.datetime_to_gregorian_seconds(datetime) - 62_167_219_200

  def last_modified(path) do
    case File.stat(path, time: :posix) do
      {:ok, %{mtime: mtime}} -> mtime
      {:error, _} -> 0
    end
  end

  @doc "Tells whether a source is younger than a target."
  @spec stale?([Path.t()], [Path.t()]) :: boolean
  def stale?(sources, targets), do: extract_stale(sources, targets) != []

  @doc "Lists the sources that are younger than the oldest target."
  @spec extract_stale([Path.t()], [Path.t()]) :: [Path.t()]
  def extract_stale(sources, []), do: sources

  def extract_stale(sources, targets) do
    oldest = targets |> Enum.map(&last_modified/1) |> Enum.min()
    Enum.filter(sources, &(last_modified(&1) > oldest))
  end

  @doc "Reads a file, or raises `Mix.Error`."
  @spec read_path(Path.t(), keyword) :: {:ok, binary} | {:local, String.t()}
  def read_path(path, _opts \\ []) do
    case File.read(path) do
      {:ok, contents} -> {:ok, contents}
      {:error, reason} -> {:local, to_string(:file.format_error(reason))}
    end
  end

  @doc """
  Returns the name of a command for a module, leaving out the first `nesting` parts.

  ## Examples

      iex> Mix.Utils.module_name_to_command(Mix.Tasks.Deps.Get, 2)
      "deps.get"

  """
  @spec module_name_to_command(module | String.t(), non_neg_integer) :: String.t()
  def module_name_to_command(module, nesting \\ 0)
  def module_name_to_command(module, nesting) when is_atom(module), do: module_name_to_command(inspect(module), nesting)

  def module_name_to_command(module, nesting) when is_binary(module) do
    module |> String.split(".") |> Enum.drop(nesting) |> Enum.map_join(".", &Macro.underscore/1)
  end

  @doc """
  Returns the last part of a module's name for a command.

  ## Examples

      iex> Mix.Utils.command_to_module_name("deps.get")
      "Deps.Get"

  """
  @spec command_to_module_name(String.t() | atom) :: String.t()
  def command_to_module_name(command), do: command |> to_string() |> String.split(".") |> Enum.map_join(".", &Macro.camelize/1)

  @doc "Finds the module of a command below another one: `{:module, module}` or `{:error, :nofile}`."
  @spec command_to_module(String.t(), module) :: {:module, module} | {:error, term}
  def command_to_module(command, at \\ Elixir) do
    module = Module.concat(at, command_to_module_name(command))
    Code.ensure_loaded(module)
  end

  @doc "Turns `snake_case` into `CamelCase`."
  @spec camelize(String.t()) :: String.t()
  def camelize(value), do: Macro.camelize(value)

  @doc "Turns `CamelCase` into `snake_case`."
  @spec underscore(String.t() | atom) :: String.t()
  def underscore(value), do: Macro.underscore(value)

  @doc "Links a directory, or copies it where links cannot be made. The link leads from where it is, so that both can be moved together."
  @spec symlink_or_copy(Path.t(), Path.t()) :: :ok | {:ok, [Path.t()]} | {:error, File.posix()}
  def symlink_or_copy(source, target) do
    if File.dir?(source) do
      way = way(Path.dirname(target), source)

      case File.read_link(target) do
        {:ok, ^way} ->
          :ok

        {:ok, _} ->
          File.rm!(target)
          link(way, target)

        {:error, :enoent} ->
          link(way, target)

        {:error, _} ->
          # A directory of its own is in the way.
          File.rm_rf!(target)
          link(way, target)
      end
    else
      {:error, :enoent}
    end
  end

  # The way from one directory to a path.
  defp way(from, to) do
    {from, to} = unlike(Path.split(Path.expand(from)), Path.split(Path.expand(to)))
    Path.join(Enum.map(from, fn _ -> ".." end) ++ to)
  end

  defp unlike([part | from], [part | to]), do: unlike(from, to)
  defp unlike(from, to), do: {from, to}

  defp link(source, target) do
    case File.ln_s(source, target) do
      :ok -> :ok
      {:error, _} -> File.cp_r(source, target)
    end
  end

  @doc "Runs `fun`, whose output is not shown, and returns its value."
  @spec silence((() -> result)) :: result when result: term
  def silence(fun) do
    shell = Mix.shell()
    Mix.shell(Mix.Shell.Quiet)

    try do
      fun.()
    after
      Mix.shell(shell)
    end
  end

  @doc "Returns when a file last changed and how large it is; `{0, 0}` if it is not there."
  @spec last_modified_and_size(Path.t()) :: {integer, non_neg_integer}
  def last_modified_and_size(path) do
    case File.stat(path, time: :posix) do
      {:ok, %{mtime: mtime, size: size}} -> {mtime, size}
      {:error, _} -> {0, 0}
    end
  end

  @doc "Says how many files with an extension are compiled."
  @spec compiling_n(pos_integer, String.Chars.t()) :: :ok
  def compiling_n(1, ext), do: Mix.shell().info("Compiling 1 file (.#{ext})")
  def compiling_n(count, ext), do: Mix.shell().info("Compiling #{count} files (.#{ext})")

  @doc """
  Reads the name of a module, of a function, or of a function with its arity.

  ## Examples

      iex> Mix.Utils.parse_mfa("Foo.bar/1")
      {:ok, [Foo, :bar, 1]}
      iex> Mix.Utils.parse_mfa(":lists.map")
      {:ok, [:lists, :map]}
      iex> Mix.Utils.parse_mfa("Foo bar")
      :error

  """
  @spec parse_mfa(String.t()) :: {:ok, [term]} | :error
  def parse_mfa(text) do
    case Code.string_to_quoted(text) do
      {:ok, {:/, _, [call, arity]}} when is_integer(arity) -> with {:ok, [_, _] = parts} <- called(call), do: {:ok, parts ++ [arity]}
      {:ok, call} -> called(call)
      {:error, _} -> :error
    end
  end

  defp called({:__aliases__, _, _} = name), do: {:ok, [Macro.expand(name, __ENV__)]}
  defp called({{:., _, [{:__aliases__, _, _} = name, function]}, _, []}), do: {:ok, [Macro.expand(name, __ENV__), function]}
  defp called({{:., _, [module, function]}, _, []}) when is_atom(module) and is_atom(function), do: {:ok, [module, function]}
  defp called(module) when is_atom(module), do: {:ok, [module]}
  defp called(_), do: :error

  @doc "Returns the directory of what is installed for Mix."
  @spec mix_home() :: Path.t()
  def mix_home, do: base("MIX_HOME", :user_data, ".mix")

  @doc "Returns the directory of the configuration of Mix."
  @spec mix_config() :: Path.t()
  def mix_config, do: base("MIX_HOME", :user_config, ".mix")

  @doc "Returns the directory of what Mix keeps for later."
  @spec mix_cache() :: Path.t()
  def mix_cache, do: if(System.get_env("MIX_XDG") in ["1", "true"], do: xdg(:user_cache), else: to_string(:filename.basedir(:user_cache, "mix", %{os: :linux})))

  defp base(variable, kind, default) do
    cond do
      directory = System.get_env(variable) -> directory
      System.get_env("MIX_XDG") in ["1", "true"] -> xdg(kind)
      true -> Path.expand("~/" <> default)
    end
  end

  defp xdg(kind), do: to_string(:filename.basedir(kind, "mix", %{os: :linux}))

  @type formatted_node :: {name :: String.Chars.t(), edge_info :: String.Chars.t()}

  @doc """
  Prints a tree. `callback` gives a node's `{{name, info}, children}`; `format: "plain"` draws with ASCII characters.
  """
  @spec print_tree([node], (node -> {formatted_node, [node]}), keyword) :: :ok when node: term
  def print_tree(nodes, callback, opts \\ []) do
    signs = if opts[:format] == "plain", do: {"|-- ", "`-- ", "|   "}, else: {"├── ", "└── ", "│   "}
    _seen = print_nodes(nodes, nil, signs, %{}, callback)
    :ok
  end

  # What is below a node is shown once: where the node stands highest, and then first. Roots have no lines before them.
  defp print_nodes(nodes, prefix, signs, seen, callback) do
    {nodes, seen} =
      Enum.map_reduce(nodes, seen, fn node, seen ->
        {{name, info}, children} = callback.(node)
        {{name, info, if(Map.has_key?(seen, name), do: [], else: children)}, Map.put(seen, name, true)}
      end)

    print_siblings(nodes, prefix, signs, seen, callback)
  end

  defp print_siblings([], _prefix, _signs, seen, _callback), do: seen

  defp print_siblings([{name, info, children} | nodes], prefix, {middle, last, bar} = signs, seen, callback) do
    info = if info, do: " #{info}", else: ""
    branch = if nodes == [], do: last, else: middle
    Mix.shell().info([if(prefix, do: [prefix, branch], else: []), to_string(name), info])
    below = if prefix, do: prefix <> if(nodes == [], do: "    ", else: bar), else: ""
    seen = print_nodes(children, below, signs, seen, callback)
    print_siblings(nodes, prefix, signs, seen, callback)
  end

  @doc "Writes a tree as a graph for the program `dot`; nodes and `callback` are those of `print_tree/3`."
  @spec write_dot_graph!(Path.t(), String.t(), [node], (node -> {{String.t(), String.t() | nil}, [node]}), keyword) :: :ok when node: term
  def write_dot_graph!(path, title, nodes, callback, _opts \\ []) do
    {dot, _} = Enum.map_reduce(nodes, %{}, &dot_node(&1, nil, &2, callback))
    File.write!(path, "digraph \"#{title}\" {\n#{dot}}\n")
  end

  defp dot_node(node, parent, seen, callback) do
    {{name, remark}, children} = callback.(node)
    edge = if parent, do: [~s(  "), parent, ~s(" -> "), name, ~s("), if(remark, do: [~s( [label="), remark, ~s("])], else: ""), "\n"], else: [~s(  "), name, ~s("\n)]

    if Map.has_key?(seen, name) do
      {edge, seen}
    else
      {below, seen} = Enum.map_reduce(children, Map.put(seen, name, true), &dot_node(&1, name, &2, callback))
      {[edge, below], seen}
    end
  end
end
