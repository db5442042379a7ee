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
      fields = Record.__record__(__MODULE__, :defrecord, name, tag, kv, __ENV__)

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
      fields = Record.__record__(__MODULE__, :defrecordp, name, tag, kv, __ENV__)

      defmacrop unquote(name)(args \\ []) do
        Record.__access__(unquote(tag), unquote(Macro.escape(fields)), args, __CALLER__)
      end

      defmacrop unquote(name)(record, args) do
        Record.__access__(unquote(tag), unquote(Macro.escape(fields)), record, args, __CALLER__)
      end
    end
  end

  @doc false
  # Looks at what a record is to be, and notes it for who reads `@__records__` in the module.
  def __record__(module, kind, name, tag, kv, env) do
    for arity <- 0..2, Module.defines?(module, {name, arity}) do
      raise ArgumentError, "cannot define record #{inspect(name)} because a definition #{name}/#{arity} already exists"
    end

    fields = fields(kv, kind)
    keys = Keyword.keys(fields)
    for key <- Enum.uniq(keys -- Enum.uniq(keys)), do: IO.warn("duplicate key #{inspect(key)} found in record", Macro.Env.stacktrace(env))
    Module.register_attribute(module, :__records__, accumulate: true)
    Module.put_attribute(module, :__records__, %{fields: keys, kind: kind, name: name, tag: tag})
    fields
  end

  defp fields(fields, kind) when is_list(fields) do
    Enum.map(fields, fn
      {key, value} when is_atom(key) -> {key, Macro.escape(value)}
      key when is_atom(key) -> {key, nil}
      other -> raise ArgumentError, "#{kind} fields must be atoms, got: #{inspect(other)}"
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
  def __access__(tag, fields, record, args, caller) do
    cond do
      is_atom(args) -> quote(do: :erlang.element(unquote(index(tag, fields, args) + 1), unquote(record)))
      Keyword.keyword?(args) -> update(tag, fields, record, args, caller)
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

    case Enum.find(args, fn {key, _} -> not Keyword.has_key?(fields, key) end) do
      nil -> :ok
      {key, _} -> raise ArgumentError, "record #{inspect(tag)} does not have the key: #{inspect(key)}"
    end

    match = caller.context == :match
    {before, args} = if caller.context == nil, do: in_order(fields, args), else: {[], args}

    values =
      for {key, value} <- fields do
        case Keyword.fetch(args, key) do
          {:ok, given} -> given
          :error when default != nil -> default
          :error when match -> {:_, [], nil}
          :error -> value
        end
      end

    record = {:{}, [], [tag | values]}
    if before == [], do: record, else: {:__block__, [], before ++ [record]}
  end

  # What is given is evaluated in the order in which it is written; where that is not the order of the fields, before.
  defp in_order(fields, args) do
    given = Keyword.keys(args)
    computed = for {key, value} <- args, not Macro.quoted_literal?(value), do: key

    case for({key, _} <- fields, key in computed, do: key) do
      ^computed ->
        {[], args}

      _ ->
        variables = Macro.generate_unique_arguments(length(given), __MODULE__)
        before = for {{_, value}, variable} <- Enum.zip(args, variables), do: quote(do: unquote(variable) = unquote(value))
        {before, Enum.zip(given, variables)}
    end
  end

  defp update(tag, fields, record, args, caller) do
    if Keyword.has_key?(args, :_) do
      IO.warn("updating a record with a default (:_) is equivalent to creating a new record", Macro.Env.stacktrace(caller))
      create(tag, fields, args, caller)
    else
      Enum.reduce(args, record, fn {key, value}, acc ->
        quote(do: :erlang.setelement(unquote(index(tag, fields, key) + 1), unquote(acc), unquote(value)))
      end)
    end
  end

  @doc false
  def __keyword__(tag, keys, record) do
    case is_tuple(record) and tuple_size(record) > 0 and elem(record, 0) == tag do
      true when tuple_size(record) == length(keys) + 1 ->
        [_ | values] = Tuple.to_list(record)
        Enum.zip(keys, values)

      true ->
        raise ArgumentError, "expected argument to be a #{inspect(tag)} record with #{length(keys)} fields, got: #{inspect(record)}"

      false ->
        raise ArgumentError, "expected argument to be a literal atom, literal keyword or a #{inspect(tag)} record, got runtime: #{inspect(record)}"
    end
  end
end
