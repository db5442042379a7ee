defmodule :filename do
  @moduledoc """
  Erlang's `:filename`: names of files taken apart and put together, as Unix writes them. Nothing here looks at a file system but for the
  current directory.

  A name is a binary, an atom or a nested list of characters and atoms. The result is a binary where any of the names is one, otherwise
  a list.

  ## Examples

      iex> :filename.join("a/", "b.ex")
      "a/b.ex"
      iex> :filename.rootname("lib/b.ex")
      "lib/b"
      iex> :filename.extension("lib/b.ex")
      ".ex"
  """

  @type name :: binary | atom | [term]

  # Names as binaries, and the way back.
  defp text(name) when is_binary(name), do: name

  defp text(name) do
    case :unicode.characters_to_binary(flatten(name)) do
      text when is_binary(text) -> text
      _error -> :erlang.error(:badarg)
    end
  end

  defp as(text, name) when is_binary(name), do: text
  defp as(text, _name), do: :unicode.characters_to_list(text)

  defp as(text, name, other) when is_binary(name) or is_binary(other), do: text
  defp as(text, _name, _other), do: :unicode.characters_to_list(text)

  @doc "Makes a flat list of a nested one and of atoms; gives a binary back."
  @spec flatten(name) :: binary | [term]
  def flatten(name) when is_binary(name), do: name
  def flatten(name), do: flatten_1(name, [])

  defp flatten_1([atom | rest], tail) when is_atom(atom) and atom != [], do: :erlang.atom_to_list(atom) ++ flatten_1(rest, tail)
  defp flatten_1([list | rest], tail) when is_list(list), do: flatten_1(list, flatten_1(rest, tail))
  defp flatten_1([item | rest], tail), do: [item | flatten_1(rest, tail)]
  defp flatten_1([], tail), do: tail
  defp flatten_1(atom, tail) when is_atom(atom), do: :erlang.atom_to_list(atom) ++ tail

  defp parts(text), do: :lists.filter(&(&1 != ""), :binary.split(text, "/", [:global]))

  defp absolute?(text), do: match?(<<"/", _::binary>>, text)

  defp clean(text) do
    case {absolute?(text), parts(text)} do
      {true, parts} -> "/" <> joined(parts)
      {false, parts} -> joined(parts)
    end
  end

  defp joined(parts), do: :erlang.iolist_to_binary(:lists.join("/", parts))

  @doc "Gives the absolute name, taken from the current directory."
  @spec absname(name) :: binary | charlist
  def absname(name) do
    {:ok, directory} = :file.get_cwd()
    absname(name, directory)
  end

  @doc "Gives the absolute name, taken from a directory."
  @spec absname(name, name) :: binary | charlist
  def absname(name, directory) do
    if absolute?(text(name)), do: join([name]) |> like(name, directory), else: absname_join(directory, name)
  end

  defp like(result, name, directory) when (is_binary(name) or is_binary(directory)) and is_list(result), do: text(result)
  defp like(result, _name, _directory), do: result

  @doc "Joins a directory and a name."
  @spec absname_join(name, name) :: binary | charlist
  def absname_join(directory, name), do: join(directory, name)

  @doc "Gives the last part of a name."
  @spec basename(name) :: binary | charlist
  def basename(name), do: as(last(text(name)), name)

  defp last(text) do
    case parts(text) do
      [] -> ""
      parts -> :lists.last(parts)
    end
  end

  @doc "Gives the last part of a name without an extension, if it has it."
  @spec basename(name, name) :: binary | charlist
  def basename(name, extension) when is_atom(name) and name != [],
    do: basename(:erlang.atom_to_list(name), if(is_binary(extension), do: :unicode.characters_to_list(extension), else: extension))

  # The extension is looked for where the name ends, be it in a slash.
  def basename(name, extension) do
    text = text(name)
    base = last(text)
    size = byte_size(base)

    case cut(binary_part(text, byte_size(text) - size, size), text(extension)) do
      :error -> as(base, name, extension)
      front -> as(front, name, extension)
    end
  end

  defp cut(text, extension) when byte_size(extension) > byte_size(text), do: :error

  defp cut(text, extension) do
    kept = byte_size(text) - byte_size(extension)

    case text do
      <<front::binary-size(kept), ^extension::binary>> -> front
      _other -> :error
    end
  end

  @doc "Gives the name without its last part; `.` when there is nothing else."
  @spec dirname(name) :: binary | charlist
  def dirname(name) do
    text = text(name)

    directory =
      case :binary.matches(text, "/") do
        [] -> "."
        places -> strip(:binary.part(text, 0, elem(:lists.last(places), 0)))
      end

    as(directory, name)
  end

  # The slashes before the last part go, but for the root's.
  defp strip(""), do: "/"

  defp strip(directory) do
    size = byte_size(directory) - 1

    case directory do
      <<front::binary-size(size), "/">> -> strip(front)
      _other -> directory
    end
  end

  @doc "Gives the extension with its dot, empty when there is none. A name that begins with a dot has none for it."
  @spec extension(name) :: binary | charlist
  def extension(name) do
    text = text(name)
    base = if text != "" and :binary.last(text) == ?/, do: "", else: last(text)

    extension =
      case :binary.matches(base, ".") do
        [] -> ""
        places -> from(base, elem(:lists.last(places), 0))
      end

    as(extension, name)
  end

  defp from(_base, 0), do: ""
  defp from(base, at), do: :binary.part(base, at, byte_size(base) - at)

  @doc "Gives the name without its extension."
  @spec rootname(name) :: binary | charlist
  def rootname(name) do
    text = text(name)
    base = if text != "" and :binary.last(text) == ?/, do: "", else: last(text)

    root =
      case :binary.matches(base, ".") do
        [] -> text
        # After a slash, the name of a hidden file is no extension.
        [{0, _}] when base != text -> text
        places -> :binary.part(text, 0, byte_size(text) - byte_size(base) + elem(:lists.last(places), 0))
      end

    as(root, name)
  end

  @doc "Gives the name without an extension, if it has it."
  @spec rootname(name, name) :: binary | charlist
  def rootname(name, extension) do
    text = text(name)

    case cut(text, text(extension)) do
      "" -> as("", name, extension)
      # What follows a slash is a name, not an extension.
      front when is_binary(front) -> as(if(:binary.last(front) == ?/, do: text, else: front), name, extension)
      :error -> as(text, name, extension)
    end
  end

  @doc "Joins two names; an absolute second one stands alone."
  @spec join(name, name) :: binary | charlist
  def join(left, right) do
    {first, second} = {text(left), text(right)}

    joined =
      cond do
        absolute?(second) -> clean(second)
        first == "" -> clean("/" <> second)
        second == "" -> clean(first)
        true -> clean(first <> "/" <> second)
      end

    as(joined, left, right)
  end

  @doc "Joins names."
  @spec join([name]) :: binary | charlist
  def join([first, second | rest]), do: join([join(first, second) | rest])
  def join([name]), do: as(clean(text(name)), name)

  @doc "Puts a slash between two names."
  @spec append(name, name) :: binary | charlist
  def append(left, right) when is_binary(left) or is_binary(right), do: text(left) <> "/" <> text(right)
  def append(left, right), do: left ++ [?/ | right]

  @doc "Tells whether a name is `:absolute` or `:relative`."
  @spec pathtype(name) :: :absolute | :relative
  def pathtype(name) when is_binary(name), do: if(absolute?(name), do: :absolute, else: :relative)

  def pathtype(name) do
    case flatten(name) do
      [?/ | _] -> :absolute
      _other -> :relative
    end
  end

  @doc "Gives the parts of a name, the root as a part of its own."
  @spec split(name) :: [binary | charlist]
  def split(name) do
    text = text(name)
    parts = if absolute?(text), do: ["/" | parts(text)], else: parts(text)
    :lists.map(&as(&1, name), parts)
  end

  @doc "Gives a name as the system writes it."
  @spec nativename(name) :: binary | charlist
  def nativename(name), do: join([name])

  @doc "Tells whether a term can be the name of a file."
  @spec validate(term) :: boolean
  def validate(name) when is_binary(name), do: name != "" and :binary.match(name, <<0>>) == :nomatch

  def validate(name) do
    flat = flatten(name)
    flat != [] and :lists.all(fn character -> is_integer(character) and character > 0 end, flat)
  rescue
    _error in [FunctionClauseError, ArgumentError] -> false
  end

  @doc "Gives the directory in which programs of a user keep files of a kind: `:user_cache`, `:user_config`, `:user_data`, `:user_log`."
  @spec basedir(atom, binary | charlist) :: term
  def basedir(kind, application), do: basedir(kind, application, %{})

  @doc "As `basedir/2`, with `:author` and `:version` to be parts of the name."
  @spec basedir(atom, binary | charlist, map) :: term
  def basedir(kind, application, options) when is_map(options) do
    os =
      case options do
        %{os: os} when os in [:linux, :darwin, :windows] -> os
        %{os: _other} -> :erlang.error(:badarg, [kind, application, options])
        _ -> if :os.type() == {:unix, :darwin}, do: :darwin, else: :linux
      end

    # On Windows the author's name stands in front of the program's.
    author = if os == :windows and is_map_key(options, :author), do: [:maps.get(:author, options)], else: []
    version = if is_map_key(options, :version), do: [:maps.get(:version, options)], else: []
    inside = author ++ [application | version]

    case base(os, kind) do
      {:dirs, dirs} -> for dir <- dirs, do: join([dir | inside])
      {:dir, dir, rest} -> join([dir | inside] ++ rest)
    end
  end

  defp base(:linux, :user_cache), do: {:dir, variable(~c"XDG_CACHE_HOME", home(~c".cache")), []}
  defp base(:linux, :user_log), do: {:dir, variable(~c"XDG_CACHE_HOME", home(~c".cache")), [~c"log"]}
  defp base(:linux, :user_config), do: {:dir, variable(~c"XDG_CONFIG_HOME", home(~c".config")), []}
  defp base(:linux, :user_data), do: {:dir, variable(~c"XDG_DATA_HOME", home(~c".local/share")), []}
  defp base(:linux, :site_config), do: {:dirs, variables(~c"XDG_CONFIG_DIRS", [~c"/etc/xdg"])}
  defp base(:linux, :site_data), do: {:dirs, variables(~c"XDG_DATA_DIRS", [~c"/usr/local/share", ~c"/usr/share"])}
  defp base(:darwin, :user_cache), do: {:dir, home(~c"Library/Caches"), []}
  defp base(:darwin, :user_log), do: {:dir, home(~c"Library/Logs"), []}
  defp base(:darwin, kind) when kind in [:user_config, :user_data], do: {:dir, home(~c"Library/Application Support"), []}
  defp base(:darwin, kind) when kind in [:site_config, :site_data], do: {:dirs, [~c"/Library/Application Support"]}
  defp base(:windows, :user_cache), do: {:dir, home(~c"Local"), [~c"Cache"]}
  defp base(:windows, :user_log), do: {:dir, home(~c"Local"), [~c"Logs"]}
  defp base(:windows, :user_config), do: {:dir, home(~c"Roaming"), []}
  defp base(:windows, :user_data), do: {:dir, home(~c"Local"), []}
  defp base(:windows, kind) when kind in [:site_config, :site_data], do: {:dirs, []}
  defp base(_os, kind), do: :erlang.error({:case_clause, kind})

  defp home(inside), do: join(variable(~c"HOME", ~c"/"), inside)

  defp variables(name, default) do
    case :os.getenv(name) do
      false -> default
      value -> :string.lexemes(value, ~c":")
    end
  end

  defp variable(name, default) do
    case :os.getenv(name) do
      false -> default
      value -> value
    end
  end
end
