defmodule Record do
  @moduledoc """
  Records: tuples whose first element is an atom, with macros that name their fields. Mainly for Erlang's sake.
  """

  @doc "Tells whether a term is a record of the kind. Allowed in guards."
  defmacro is_record(data, kind) do
    case __CALLER__.context do
      :guard ->
        quote do
          is_atom(unquote(kind)) and is_tuple(unquote(data)) and tuple_size(unquote(data)) > 0 and :erlang.element(1, unquote(data)) == unquote(kind)
        end

      _ ->
        quote do
          data = unquote(data)
          kind = unquote(kind)
          is_atom(kind) and is_tuple(data) and tuple_size(data) > 0 and :erlang.element(1, data) == kind
        end
    end
  end

  @doc "Tells whether a term is a record. Allowed in guards."
  defmacro is_record(data) do
    case __CALLER__.context do
      :guard ->
        quote do
          is_tuple(unquote(data)) and tuple_size(unquote(data)) > 0 and is_atom(:erlang.element(1, unquote(data)))
        end

      _ ->
        quote do
          data = unquote(data)
          is_tuple(data) and tuple_size(data) > 0 and is_atom(:erlang.element(1, data))
        end
    end
  end

  @doc """
  Returns the fields of a record that an Erlang file defines, with their default values.

  The file is given as `:from`, a path, or as `:from_lib`, a path that begins with the name of an application
  (`"kernel/include/file.hrl"`). `:includes` are directories for `-include`, `:macros` a keyword list of macros to define.
  Raises `ArgumentError` when there is no such record, or it cannot be read.
  """
  @spec extract(atom, keyword) :: keyword
  def extract(name, opts) when is_atom(name) and is_list(opts), do: Record.Extractor.extract(name, opts)

  @doc "Returns all records of an Erlang file as pairs of name and fields; the options are those of `extract/2`."
  @spec extract_all(keyword) :: [{atom, keyword}]
  def extract_all(opts) when is_list(opts), do: Record.Extractor.extract_all(opts)

  @doc "Defines macros that make, read, change and match a record."
  defmacro defrecord(name, tag \\ nil, kv) do
    quote bind_quoted: [name: name, tag: tag, kv: kv] do
      tag = tag || name
      fields = Record.__fields__(kv)

      defmacro unquote(name)(args \\ []) do
        Record.__access__(unquote(tag), unquote(Macro.escape(fields)), args, __CALLER__)
      end

      defmacro unquote(name)(record, args) do
        Record.__access__(unquote(tag), unquote(Macro.escape(fields)), record, args, __CALLER__)
      end
    end
  end

  @doc "Defines macros like `defrecord/3` that are private to the module."
  defmacro defrecordp(name, tag \\ nil, kv) do
    quote bind_quoted: [name: name, tag: tag, kv: kv] do
      tag = tag || name
      fields = Record.__fields__(kv)

      defmacrop unquote(name)(args \\ []) do
        Record.__access__(unquote(tag), unquote(Macro.escape(fields)), args, __CALLER__)
      end

      defmacrop unquote(name)(record, args) do
        Record.__access__(unquote(tag), unquote(Macro.escape(fields)), record, args, __CALLER__)
      end
    end
  end

  @doc false
  def __fields__(fields) do
    Enum.map(fields, fn
      {key, value} when is_atom(key) -> {key, Macro.escape(value)}
      key when is_atom(key) -> {key, nil}
      other -> raise ArgumentError, "record fields must be atoms, got: #{inspect(other)}"
    end)
  end

  @doc false
  # Typespecs ask for the tag and the fields.
  def __access__(tag, fields, {:{}, [], []}, _caller), do: {:{}, [], [tag, fields]}

  def __access__(tag, fields, args, caller) do
    cond do
      is_atom(args) ->
        index(tag, fields, args)

      Keyword.keyword?(args) ->
        create(tag, fields, args, caller)

      true ->
        quote do
          Record.__keyword__(unquote(tag), unquote(Keyword.keys(fields)), unquote(args))
        end
    end
  end

  @doc false
  def __access__(tag, fields, record, args, _caller) do
    cond do
      is_atom(args) -> quote(do: :erlang.element(unquote(index(tag, fields, args) + 1), unquote(record)))
      Keyword.keyword?(args) -> update(tag, fields, record, args)
      true -> raise ArgumentError, "expected arguments to be a compile time atom or a keyword list, got: #{Macro.to_string(args)}"
    end
  end

  defp index(tag, fields, field) do
    case Enum.find_index(fields, fn {key, _} -> key == field end) do
      nil -> raise ArgumentError, "record #{inspect(tag)} does not have the key: #{inspect(field)}"
      index -> index + 1
    end
  end

  defp create(tag, fields, args, caller) do
    {default, args} = Keyword.pop(args, :_)
    match = caller.context == :match

    values =
      for {key, value} <- fields do
        case Keyword.fetch(args, key) do
          {:ok, given} -> given
          :error when default != nil -> default
          :error when match -> {:_, [], nil}
          :error -> value
        end
      end

    case Keyword.keys(args) -- Keyword.keys(fields) do
      [] -> {:{}, [], [tag | values]}
      [key | _] -> raise ArgumentError, "record #{inspect(tag)} does not have the key: #{inspect(key)}"
    end
  end

  defp update(tag, fields, record, args) do
    Enum.reduce(args, record, fn {key, value}, acc ->
      quote(do: :erlang.setelement(unquote(index(tag, fields, key) + 1), unquote(acc), unquote(value)))
    end)
  end

  @doc false
  def __keyword__(tag, keys, record) do
    if is_tuple(record) and tuple_size(record) == length(keys) + 1 and elem(record, 0) == tag do
      [_ | values] = Tuple.to_list(record)
      Enum.zip(keys, values)
    else
      raise ArgumentError, "expected argument to be a literal atom, literal keyword or a #{inspect(tag)} record, got runtime: #{inspect(record)}"
    end
  end
end
