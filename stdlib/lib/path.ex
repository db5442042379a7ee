defmodule Path do
  @moduledoc """
  Functions that take paths apart and put them together. Most of them do not look at the disk.
  """

  @type t :: IO.chardata()

  @doc "Makes a path absolute, relative to the current directory."
  @spec absname(t) :: binary
  def absname(path), do: absname(path, System.cwd!())

  @doc "Makes a path absolute, relative to a directory; `..` stays."
  @spec absname(t, t) :: binary
  def absname(path, relative_to) do
    path = IO.chardata_to_string(path)

    parts =
      case type(path) do
        :absolute -> split(path)
        :relative -> base_parts(relative_to) ++ split(path)
      end

    [first | rest] = parts
    absolute_join([first | without_dots(rest, not String.ends_with?(path, "/"))])
  end

  # An empty base is the name before the first slash.
  defp base_parts(base) do
    case split(base) do
      [] -> [""]
      parts -> parts
    end
  end

  # A `.` says something only at the end, where it tells a directory.
  # A dot at the very end stays.
  defp without_dots([last], true), do: [last]
  defp without_dots(["." | rest], keep?), do: without_dots(rest, keep?)
  defp without_dots([part | rest], keep?), do: [part | without_dots(rest, keep?)]
  defp without_dots([], _keep?), do: []

  defp absolute_join(["/" | parts]), do: "/" <> Enum.join(parts, "/")
  defp absolute_join(parts), do: Enum.join(parts, "/")

  @doc """
  Makes a path absolute and resolves `.`, `..` and a leading `~`.

  ## Examples

      iex> Path.expand("/foo/bar/../baz")
      "/foo/baz"

  """
  @spec expand(t) :: binary
  def expand(path), do: path |> home() |> absname(System.cwd!()) |> resolve()

  @doc "Makes a path absolute, relative to a directory, and resolves `.`, `..` and a leading `~`."
  @spec expand(t, t) :: binary
  def expand(path, relative_to) do
    path = path |> home() |> absname(home(relative_to))
    path = if type(path) == :absolute, do: path, else: absname(path, System.cwd!())
    resolve(path)
  end

  defp home(path) do
    case IO.chardata_to_string(path) do
      "~" -> System.user_home!()
      "~/" <> rest -> System.user_home!() <> "/" <> rest
      path -> path
    end
  end

  defp resolve("/" <> rest) do
    parts = :binary.split(rest, "/", [:global])
    "/" <> Enum.join(resolve(parts, []), "/")
  end

  defp resolve(path), do: path

  defp resolve([part | rest], acc) when part in ["", "."], do: resolve(rest, acc)
  defp resolve([".." | rest], []), do: resolve(rest, [])
  defp resolve([".." | rest], [_ | acc]), do: resolve(rest, acc)
  defp resolve([part | rest], acc), do: resolve(rest, [part | acc])
  defp resolve([], acc), do: :lists.reverse(acc)

  @doc "Returns `:absolute` or `:relative`."
  @spec type(t) :: :absolute | :relative
  def type(path) when is_list(path) or is_binary(path), do: :filename.pathtype(path)

  @doc "Makes a path relative to the root."
  @spec relative(t) :: binary
  def relative(path) do
    case IO.chardata_to_string(path) do
      "/" -> "."
      path -> without_root(path)
    end
  end

  defp without_root("/" <> rest), do: rest
  defp without_root(path), do: path

  @doc "Makes a path relative to a directory, if it is inside of it."
  @spec relative_to(t, t) :: binary
  def relative_to(path, from) do
    path = IO.chardata_to_string(path)
    inside(split(path), split(from), path)
  end

  @doc """
  Makes a path relative to a directory. With `force: true` it is so even outside of the directory, by way of `..`.

  ## Examples

      iex> Path.relative_to("/usr/local/foo", "/etc", force: true)
      "../usr/local/foo"
      iex> Path.relative_to("/usr/local/foo", "/usr/local/bar", force: true)
      "../foo"
      iex> Path.relative_to("/usr/local/foo", "/etc", [])
      "/usr/local/foo"

  """
  @doc since: "1.16.0"
  @spec relative_to(t, t, force: boolean) :: binary
  def relative_to(path, from, options) when is_list(options) do
    if Keyword.get(options, :force, false) and type(path) == :absolute,
      do: by_parents(split(expand(path)), split(expand(from))),
      else: relative_to(path, from)
  end

  defp by_parents([part | rest], [part | from]), do: by_parents(rest, from)
  defp by_parents([], []), do: "."
  defp by_parents(rest, from), do: join(List.duplicate("..", length(from)) ++ rest)

  defp inside(parts, parts, _original), do: "."
  defp inside([part | rest], [part | from], original), do: inside(rest, from, original)
  defp inside([_ | _] = rest, [], _original), do: join(rest)
  defp inside(_, _, original), do: original

  @doc "Makes a path relative to the current directory, if it is inside of it."
  @spec relative_to_cwd(t) :: binary
  def relative_to_cwd(path) do
    case :beamlet_file.cwd() do
      {:ok, base} -> relative_to(path, base)
      _ -> IO.chardata_to_string(path)
    end
  end

  @doc "Returns a relative path if it stays inside, `.` and `..` resolved: `{:ok, path}` or `:error`."
  @spec safe_relative(t) :: {:ok, binary} | :error
  def safe_relative(path) do
    path = IO.chardata_to_string(path)
    if type(path) == :absolute, do: :error, else: safe(split(path), [])
  end

  @doc """
  Returns a relative path if it stays inside of a directory, its symbolic links followed: `{:ok, path}` or `:error`.

  The path comes back with `.` and `..` resolved, its links as they are.
  """
  @doc since: "1.16.0"
  @spec safe_relative(t, t) :: {:ok, binary} | :error
  def safe_relative(path, cwd) do
    with {:ok, _} = safe <- safe_relative(path), :ok <- inside_with_links(split(path), [], IO.chardata_to_string(cwd), 40), do: safe
  end

  @doc false
  def safe_relative_to(path, cwd), do: safe_relative(path, cwd)

  # Links may lead to links; a chain of more than some can only be a circle.
  defp inside_with_links([], _done, _cwd, _links), do: :ok
  defp inside_with_links(["." | rest], done, cwd, links), do: inside_with_links(rest, done, cwd, links)
  defp inside_with_links([".." | _], [], _cwd, _links), do: :error
  defp inside_with_links([".." | rest], [_ | done], cwd, links), do: inside_with_links(rest, done, cwd, links)

  defp inside_with_links([part | rest], done, cwd, links) do
    case :file.read_link_all(join(cwd, join(:lists.reverse(done, [part])))) do
      {:ok, target} ->
        target = IO.chardata_to_string(target)

        if links == 0 or type(target) == :absolute,
          do: :error,
          else: inside_with_links(split(target) ++ rest, done, cwd, links - 1)

      _no_link ->
        inside_with_links(rest, [part | done], cwd, links)
    end
  end

  defp safe([".." | _], []), do: :error
  defp safe([".." | rest], [_ | acc]), do: safe(rest, acc)
  defp safe(["." | rest], acc), do: safe(rest, acc)
  defp safe([part | rest], acc), do: safe(rest, [part | acc])
  defp safe([], []), do: {:ok, ""}
  defp safe([], acc), do: {:ok, join(:lists.reverse(acc))}

  @doc "Returns the last part of a path."
  @spec basename(t) :: binary
  def basename(path), do: path |> IO.chardata_to_string() |> :filename.basename()

  @doc "Returns the last part of a path without an extension."
  @spec basename(t, t) :: binary
  def basename(path, extension), do: :filename.basename(IO.chardata_to_string(path), IO.chardata_to_string(extension))

  @doc "Returns a path without its last part."
  @spec dirname(t) :: binary
  def dirname(path), do: path |> IO.chardata_to_string() |> :filename.dirname()

  @doc "Returns the extension of the last part, with its dot, or an empty text."
  @spec extname(t) :: binary
  def extname(path), do: path |> IO.chardata_to_string() |> :filename.extension()

  @doc "Returns a path without its extension."
  @spec rootname(t) :: binary
  def rootname(path), do: path |> IO.chardata_to_string() |> :filename.rootname()

  @doc "Returns a path without the given extension."
  @spec rootname(t, t) :: binary
  def rootname(path, extension), do: :filename.rootname(IO.chardata_to_string(path), IO.chardata_to_string(extension))

  @doc "Joins paths."
  @spec join(nonempty_list(t)) :: binary
  def join([name1, name2 | rest]), do: join([join(name1, name2) | rest])
  def join([name]), do: IO.chardata_to_string(name)

  @doc """
  Joins two paths with one slash; the right one never replaces the left one.

  ## Examples

      iex> Path.join("foo/", "/bar/")
      "foo/bar"

  """
  @spec join(t, t) :: binary
  def join(left, right), do: joined(IO.chardata_to_string(left), IO.chardata_to_string(right))

  # Only the slashes where the two meet, and one at the end, count; others are left as they were given.
  defp joined("", right), do: right |> without_root() |> without_slash()
  defp joined("/", right), do: without_slash("/" <> without_root(right))

  defp joined(left, right) do
    left = without_slash(left)

    case right do
      "" -> left
      "/" -> without_slash(left)
      "/" <> _ -> without_slash(left <> right)
      _ -> without_slash(left <> "/" <> right)
    end
  end

  defp without_slash(path) when byte_size(path) > 1 do
    size = byte_size(path) - 1

    case path do
      <<front::binary-size(size), "/">> -> front
      _ -> path
    end
  end

  defp without_slash(path), do: path

  @doc "Splits a path into its parts."
  @spec split(t) :: [binary]
  def split(path) do
    case IO.chardata_to_string(path) do
      "" -> []
      "/" <> rest -> ["/" | parts(rest)]
      path -> parts(path)
    end
  end

  defp parts(path), do: Enum.reject(:binary.split(path, "/", [:global]), &(&1 == ""))

  @doc """
  Lists the paths that match a pattern, in order.

  `*` stands for any letters of a name and `?` for one, `[a-c]` for one of some, `{a,b}` for one of several patterns, and `**`
  for directories at any depth, or for all that is below when it is the last part. Names that begin with a dot are passed over
  unless the option `:match_dot` is `true`; a pattern names them by being written out. A brace without its end, or with a slash
  inside, raises an `ErlangError`.
  """
  @spec wildcard(t, keyword) :: [binary]
  def wildcard(glob, opts \\ []) when is_list(opts) do
    glob = IO.chardata_to_string(glob)
    if String.contains?(glob, "\0"), do: raise(ArgumentError, "cannot execute Path.wildcard/2 for path with null byte, got: #{inspect(glob)}")

    if Keyword.get(opts, :match_dot, false),
      do: :beamlet_wildcard.find(glob, "", fn _ -> true end),
      else: :beamlet_wildcard.find(glob, "", &(not String.starts_with?(&1, ".")))
  end
end
