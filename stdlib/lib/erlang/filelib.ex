defmodule :filelib do
  @moduledoc """
  Erlang's `:filelib`: questions about files, and all files that match a pattern.

  ## Examples

      iex> :filelib.is_dir("/")
      true
      iex> :filelib.safe_relative_path("a/../b", "")
      "b"
  """

  defp text(name) when is_binary(name), do: name
  defp text(name), do: :unicode.characters_to_binary(:filename.flatten(name))

  defp kind(name), do: :beamlet_file.kind(text(name))

  @doc "Tells whether there is a file or directory of the name."
  def is_file(name), do: kind(name) != nil

  @doc "As `is_file/1`; there is only one kind of file system here."
  def is_file(name, _module), do: is_file(name)

  @doc "Tells whether there is a directory of the name."
  def is_dir(name), do: kind(name) == :directory

  @doc "As `is_dir/1`."
  def is_dir(name, _module), do: is_dir(name)

  @doc "Tells whether there is a plain file of the name."
  def is_regular(name), do: kind(name) == :regular

  @doc "As `is_regular/1`."
  def is_regular(name, _module), do: is_regular(name)

  @doc "Gives the bytes of a file, 0 when it is not there."
  def file_size(name) do
    case :beamlet_file.stat(text(name)) do
      {:ok, %{size: size}} -> size
      {:error, _} -> 0
    end
  end

  @doc "As `file_size/1`."
  def file_size(name, _module), do: file_size(name)

  @doc "Gives the local time at which a file was changed last, 0 when it is not there."
  def last_modified(name) do
    case :beamlet_file.stat(text(name)) do
      {:ok, %{mtime: seconds}} -> :erlang.universaltime_to_localtime(:erlang.posixtime_to_universaltime(seconds))
      {:error, _} -> 0
    end
  end

  @doc "As `last_modified/1`."
  def last_modified(name, _module), do: last_modified(name)

  @doc "Makes the directories above a name."
  def ensure_dir(name) do
    case :filename.dirname(text(name)) do
      directory when directory in [".", "/"] -> :ok
      directory -> ensure_path(directory)
    end
  end

  @doc "Makes a directory and those above it."
  def ensure_path(name) do
    name = text(name)

    with false <- is_dir(name), :ok <- ensure_dir(name) do
      case :beamlet_file.mkdir(name) do
        {:error, :eexist} -> if is_dir(name), do: :ok, else: {:error, :eexist}
        other -> other
      end
    else
      true -> :ok
      error -> error
    end
  end

  @doc "Folds `fun.(name, acc)` over the files below a directory whose last part matches a regular expression."
  def fold_files(directory, pattern, recursive, fun, acc) do
    {:ok, pattern} = :re.compile(pattern, [:unicode])
    fold(directory, pattern, recursive, fun, acc)
  end

  @doc "As `fold_files/5`."
  def fold_files(directory, pattern, recursive, fun, acc, _module), do: fold_files(directory, pattern, recursive, fun, acc)

  defp fold(directory, pattern, recursive, fun, acc) do
    case :file.list_dir(directory) do
      {:ok, names} ->
        :lists.foldl(
          fn name, acc ->
            full = :filename.join(directory, name)

            case kind(full) do
              :regular -> if :re.run(name, pattern, [{:capture, :none}]) == :match, do: fun.(full, acc), else: acc
              :directory when recursive -> fold(full, pattern, recursive, fun, acc)
              _other -> acc
            end
          end,
          acc,
          names
        )

      {:error, _} ->
        acc
    end
  end

  @doc "Lists the files that match a pattern with `*`, `**`, `?`, `[...]` and `{...}`, in order."
  def wildcard(pattern) when is_list(pattern), do: matches(pattern, "")

  @doc "As `wildcard/1`, from a directory; the names are relative to it."
  def wildcard(pattern, module) when is_list(pattern) and module in [:prim_file, :erl_prim_loader], do: wildcard(pattern)

  def wildcard(pattern, directory) when is_list(pattern) and (is_list(directory) or is_binary(directory) or is_atom(directory)),
    do: matches(pattern, text(directory))

  @doc "As `wildcard/2`."
  def wildcard(pattern, directory, _module), do: wildcard(pattern, directory)

  defp matches(pattern, directory) do
    found = :beamlet_wildcard.find(text(pattern), directory, fn _ -> true end)
    :lists.map(&:unicode.characters_to_list/1, found)
  end

  @doc "Looks for a file in a directory; gives `{:ok, name}` or `{:error, :not_found}`."
  def find_file(name, directory) do
    full = if directory in ["", []], do: name, else: :filename.join(directory, name)
    if is_regular(full), do: {:ok, full}, else: {:error, :not_found}
  end

  @doc "As `find_file/2`, also in directories that replace the end of one: pairs of an end and another."
  def find_file(name, directory, rules) do
    with {:error, :not_found} <- find_file(name, directory), do: by_rules(name, directory, rules)
  end

  defp by_rules(name, directory, [rule | rules]) do
    {from, to} = {elem(rule, tuple_size(rule) - 2), elem(rule, tuple_size(rule) - 1)}

    with true <- :lists.suffix(from, directory),
         {:ok, full} <- find_file(name, :lists.sublist(directory, length(directory) - length(from)) ++ to) do
      {:ok, full}
    else
      _other -> by_rules(name, directory, rules)
    end
  end

  defp by_rules(_name, _directory, []), do: {:error, :not_found}

  @doc "Gives a relative name without `.` and `..`, or `:unsafe` when it leads out of the directory, also through links."
  def safe_relative_path(name, directory) do
    case :filename.pathtype(name) do
      :absolute -> :unsafe
      :relative -> climb(:filename.split(name), directory, [])
    end
  end

  defp climb([part | rest], directory, above) do
    case text(part) do
      "." -> climb(rest, directory, above)
      ".." when above == [] -> :unsafe
      ".." -> climb(rest, directory, tl(above))
      _name -> follow(part, rest, directory, above)
    end
  end

  defp climb([], _directory, []), do: []
  defp climb([], _directory, above), do: :filename.join(:lists.reverse(above))

  # A link is safe when what it points to is.
  defp follow(part, rest, directory, above) do
    here = :lists.reverse([part | above])
    full = :filename.join(if(directory in ["", []], do: here, else: [directory | here]))

    case :beamlet_file.read_link(text(full)) do
      {:ok, target} ->
        if :filename.pathtype(target) == :absolute,
          do: :unsafe,
          else: climb(:filename.split(target) ++ rest, directory, above)

      {:error, _} ->
        climb(rest, directory, [part | above])
    end
  end
end
