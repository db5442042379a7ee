defmodule ExUnit.Filters do
  @moduledoc """
  Which tests run, by their tags.

  A filter is a tag's name, which any test with the tag fits, or `{name, value}`. A value may be a regular expression, which
  the tag must match; it is compared as text if it is no text. `{:location, {file, lines}}` picks the tests around lines.
  """

  @type t :: list({atom, Regex.t() | String.Chars.t()} | atom)
  @type location :: {:location, {String.t(), pos_integer | [pos_integer, ...]}}
  @type ex_unit_opts :: [exclude: [:test], include: [location, ...]] | []

  @doc """
  Splits `file:line` into the file and the options that run the tests around the lines.

  Warns of lines that cannot be.

  ## Examples

      iex> ExUnit.Filters.parse_path("test/some/path.exs:123")
      {"test/some/path.exs", [exclude: [:test], include: [line: "123"]]}

      iex> ExUnit.Filters.parse_path("test/some/path.exs")
      {"test/some/path.exs", []}

  """
  @spec parse_path(String.t()) :: {String.t(), ex_unit_opts}
  def parse_path(path) do
    [first | parts] = String.split(path, ":")
    {lines, rest} = parts |> Enum.reverse() |> Enum.split_while(&match?({_, ""}, Integer.parse(&1)))
    file = Enum.join([first | Enum.reverse(rest)], ":")

    case lines |> Enum.reverse() |> Enum.filter(&line?/1) do
      [] -> {file, []}
      lines -> {file, exclude: [:test], include: Enum.map(lines, &{:line, &1})}
    end
  end

  defp line?(text) do
    valid? = String.to_integer(text) > 0
    unless valid?, do: IO.warn("invalid line number given as ExUnit filter: #{text}", [])
    valid?
  end

  @doc """
  Normalizes the lists of `:include` and `:exclude`: no filter twice, the latest value of `:test` kept, and no exclusion
  of what is included.

  ## Examples

      iex> ExUnit.Filters.normalize(nil, [:a, :a, :b])
      {[], [:a, :b]}

      iex> ExUnit.Filters.normalize([:foo, :bar], [:bar, :baz])
      {[:foo, :bar], [:baz]}

  """
  @spec normalize(t | nil, t | nil) :: {t, t}
  def normalize(include, exclude) do
    include = include |> List.wrap() |> Enum.uniq()
    exclude = exclude |> List.wrap() |> Enum.uniq()
    {include, Enum.reject(exclude, &included?(&1, include))}
  end

  # A value that would be excluded, but all tests that have it are included.
  defp included?({key, value} = filter, include) when key not in [:line, :location] do
    filter in include or Enum.any?(include, &(name(&1) == key and fits?(&1, %{key => value}, [])))
  end

  defp included?(filter, include), do: filter in include

  @doc """
  Reads filters written as text: `"name"` and `"name:value"`. Names become atoms.

  ## Examples

      iex> ExUnit.Filters.parse(["foo:bar", "baz", "line:9", "bool:true"])
      [{:foo, "bar"}, :baz, {:line, "9"}, {:bool, "true"}]

  """
  @spec parse([String.t()]) :: t
  def parse(filters), do: Enum.map(filters, &parse_one/1)

  defp parse_one(filter) do
    case String.split(filter, ":", parts: 2) do
      [key, value] -> {String.to_atom(key), value}
      [key] -> String.to_atom(key)
    end
  end

  @doc """
  Returns what is known of the tests that failed when they last ran, by the manifest of `:failures_manifest_file`: the set of
  their files, and the set of their identities, `{module, name}`.
  """
  @spec failure_info(Path.t()) :: {MapSet.t(Path.t()), MapSet.t({module, atom})}
  def failure_info(manifest_file) do
    manifest = ExUnit.FailuresManifest.read(manifest_file)
    {ExUnit.FailuresManifest.files_with_failures(manifest), ExUnit.FailuresManifest.failed_test_ids(manifest)}
  end

  @doc """
  Tells whether a test with these tags runs: `:ok`, `{:excluded, reason}` or `{:skipped, reason}`.

  It runs if it is included, or not excluded, and not tagged `:skip` (unless the skip is included by name or value). `collection`
  is all tests of the module, needed for filters on lines.

  ## Examples

      iex> ExUnit.Filters.eval([foo: "bar"], [:foo], %{foo: "bar"}, [])
      :ok

      iex> ExUnit.Filters.eval([foo: "bar"], [:foo], %{foo: "baz"}, [])
      {:excluded, "due to foo filter"}

  """
  @spec eval(t, t, map, [ExUnit.Test.t()]) :: :ok | {:excluded, String.t()} | {:skipped, String.t()}
  def eval(include, exclude, tags, collection) when is_map(tags) do
    excluded = Enum.find(exclude, &fits?(&1, tags, collection))
    included? = excluded != nil and Enum.any?(include, &fits?(&1, tags, collection))

    cond do
      excluded != nil and not included? ->
        {:excluded, "due to #{name(excluded)} filter"}

      Enum.any?(include, &(name(&1) == :skip and fits?(&1, tags, collection))) ->
        :ok

      true ->
        case tags do
          %{skip: reason} when is_binary(reason) -> {:skipped, reason}
          %{skip: true} -> {:skipped, "due to skip tag"}
          %{} -> :ok
        end
    end
  end

  defp name({key, _}), do: key
  defp name(key) when is_atom(key), do: key

  # A line stands for the test or the describe block that it is in: the last one that starts at or above it.
  defp fits?({:location, {path, lines}}, %{file: file} = tags, collection) do
    String.ends_with?(file, path) and Enum.any?(List.wrap(lines), &around?(&1, tags, collection))
  end

  defp fits?({:location, path}, %{file: file}, _collection) when is_binary(path), do: String.ends_with?(file, path)
  defp fits?({:line, line}, tags, collection) when is_integer(line), do: around?(line, tags, collection)

  defp fits?({:line, line}, tags, collection) when is_binary(line), do: around?(String.to_integer(line), tags, collection)

  defp fits?({key, %Regex{} = regex}, tags, _collection) do
    case tags do
      %{^key => value} when is_binary(value) -> value =~ regex
      %{^key => value} when is_atom(value) or is_number(value) or is_list(value) -> to_string(value) =~ regex
      _ -> false
    end
  end

  defp fits?({key, value}, tags, _collection) do
    case tags do
      %{^key => ^value} -> true
      # On a command line all values are text.
      %{^key => other} -> same_text?(to_string(other), to_string(value))
      _ -> false
    end
  end

  defp fits?(key, tags, _collection) when is_atom(key), do: Map.has_key?(tags, key)

  # Modules may be written as in source.
  defp same_text?("Elixir." <> module = text, value), do: value in [text, module]
  defp same_text?(text, value), do: text == value

  defp around?(line, tags, collection) do
    describe = Map.get(tags, :describe_line)
    tests = Enum.map(collection, & &1.tags)

    starts =
      tests
      |> Enum.flat_map(&[Map.get(&1, :line), Map.get(&1, :describe_line)])
      |> Enum.filter(&(is_integer(&1) and &1 <= line))

    case Enum.max(starts, fn -> nil end) do
      nil -> false
      start -> start == tags.line or start == describe
    end
  end
end
