defmodule Module do
  @moduledoc """
  Functions about modules, most of them for use while a module is being defined.

  Attributes, definitions and overriding live in the compiler; the functions here reach them.
  """

  @type definition :: {atom, arity}
  @type def_kind :: :def | :defp | :defmacro | :defmacrop

  ## Names

  @doc """
  Joins aliases to one.

  ## Examples

      iex> Module.concat([Foo, "Bar"])
      Foo.Bar

  """
  @spec concat([binary | atom]) :: atom
  def concat(list) when is_list(list), do: :erlang.binary_to_atom(joined(list))

  @doc "Joins two aliases to one."
  @spec concat(binary | atom, binary | atom) :: atom
  def concat(left, right) when (is_binary(left) or is_atom(left)) and (is_binary(right) or is_atom(right)), do: concat([left, right])

  @doc "Joins aliases to one that exists already, or raises `ArgumentError`."
  @spec safe_concat([binary | atom]) :: atom
  def safe_concat(list) when is_list(list), do: :erlang.binary_to_existing_atom(joined(list))

  @doc "Joins two aliases to one that exists already, or raises `ArgumentError`."
  @spec safe_concat(binary | atom, binary | atom) :: atom
  def safe_concat(left, right) when (is_binary(left) or is_atom(left)) and (is_binary(right) or is_atom(right)), do: safe_concat([left, right])

  # At the front `Elixir` says that the name is a full one; behind another it is a name like others.
  defp joined([root | rest]) when root in [Elixir, "Elixir"], do: whole(rest)
  defp joined(list), do: whole(list)

  defp whole(list), do: :erlang.iolist_to_binary(["Elixir" | :lists.flatmap(&part/1, list)])

  defp part(nil), do: []
  defp part(atom) when is_atom(atom), do: part(:erlang.atom_to_binary(atom))
  defp part("Elixir." <> rest), do: [".", rest]
  defp part("." <> rest), do: [".", rest]
  defp part(""), do: []
  defp part(binary) when is_binary(binary), do: [".", binary]

  @doc """
  Splits an alias into its parts.

  ## Examples

      iex> Module.split(Very.Long.Module)
      ["Very", "Long", "Module"]

  """
  @spec split(module | String.t()) :: [String.t(), ...]
  def split(module)
  def split(module) when is_atom(module), do: split(:erlang.atom_to_binary(module), module)
  def split(module) when is_binary(module), do: split(module, module)

  defp split("Elixir." <> name, _original), do: :binary.split(name, ".", [:global])

  defp split(_module, original) do
    raise ArgumentError, "expected an Elixir module, got: #{inspect(original)}"
  end

  ## Making

  @doc "Defines a module from quoted code."
  @spec create(module, Macro.t(), Macro.Env.t() | keyword) :: {:module, module, binary, term}
  def create(module, quoted, env_or_opts)

  def create(module, quoted, %{__struct__: Macro.Env} = env) when is_atom(module), do: :beamlet_compiler.create(module, quoted, env)

  def create(module, quoted, opts) when is_atom(module) and is_list(opts) do
    unless Keyword.has_key?(opts, :file), do: raise(ArgumentError, "expected :file to be given as option")
    :beamlet_compiler.create(module, quoted, elem(:beamlet_compiler.eval_quoted_with_env(nil, [], opts), 2))
  end

  @doc false
  def eval_quoted(module_or_env, quoted, binding \\ [], opts \\ [])
  def eval_quoted(%{__struct__: Macro.Env} = env, quoted, binding, opts), do: :beamlet_compiler.eval_quoted(quoted, binding, Map.merge(env, Map.new(opts))) |> elem(0)

  def eval_quoted(module, quoted, binding, opts) when is_atom(module) do
    unless open?(module), do: raise(ArgumentError, "could not call Module.eval_quoted/4 because the module #{inspect(module)} is already compiled")
    :beamlet_compiler.eval_quoted(quoted, binding, [module: module] ++ opts) |> elem(0)
  end

  @doc "Tells whether the module is being defined."
  @spec open?(module) :: boolean
  def open?(module) when is_atom(module), do: :beamlet_compiler.open?(module)

  ## Attributes

  @doc "Returns the value of an attribute of a module being defined, else the default."
  @spec get_attribute(module, atom, term) :: term
  def get_attribute(module, key, default \\ nil) when is_atom(module) and is_atom(key), do: :beamlet_compiler.get_attribute(module, key, default)

  @doc "Sets an attribute of a module being defined."
  @spec put_attribute(module, atom, term) :: :ok
  def put_attribute(module, key, value) when is_atom(module) and is_atom(key) do
    :beamlet_compiler.put_attribute(module, key, value)
    :ok
  end

  @doc "Removes an attribute of a module being defined and returns its value."
  @spec delete_attribute(module, atom) :: term
  def delete_attribute(module, key) when is_atom(module) and is_atom(key), do: :beamlet_compiler.delete_attribute(module, key)

  @doc "Tells whether an attribute was set."
  @spec has_attribute?(module, atom) :: boolean
  def has_attribute?(module, key) when is_atom(module) and is_atom(key), do: :beamlet_compiler.has_attribute(module, key)

  @doc "Lists the names of the attributes set so far."
  @spec attributes_in(module) :: [atom]
  def attributes_in(module) when is_atom(module), do: :beamlet_compiler.attributes_in(module)

  @doc "Registers an attribute; options `:accumulate` and `:persist`."
  @spec register_attribute(module, atom, [{:accumulate, boolean} | {:persist, boolean}]) :: :ok
  def register_attribute(module, attribute, options) when is_atom(module) and is_atom(attribute) and is_list(options) do
    accumulate = Keyword.get(options, :accumulate, false)
    persist = Keyword.get(options, :persist, false)
    :beamlet_compiler.register_attribute(module, attribute, accumulate, persist)
    :ok
  end

  ## Definitions

  @doc "Tells whether a module being defined has a definition of the name and arity."
  @spec defines?(module, definition) :: boolean
  def defines?(module, {name, arity}) when is_atom(module) and is_atom(name) and is_integer(arity), do: :beamlet_compiler.defines(module, name, arity) != nil

  @doc "Tells whether a module being defined has a definition of the name, arity and kind."
  @spec defines?(module, definition, def_kind) :: boolean
  def defines?(module, {name, arity}, kind) when is_atom(module) and is_atom(name) and is_integer(arity), do: :beamlet_compiler.defines(module, name, arity) == kind

  @doc "Lists the definitions of a module being defined."
  @spec definitions_in(module) :: [definition]
  def definitions_in(module) when is_atom(module), do: :lists.map(fn {name, arity, _kind} -> {name, arity} end, :beamlet_compiler.definitions_in(module))

  @doc "Lists the definitions of a kind of a module being defined."
  @spec definitions_in(module, def_kind) :: [definition]
  def definitions_in(module, kind) when is_atom(module) and is_atom(kind) do
    :lists.filtermap(fn {name, arity, other} -> if(other == kind, do: {true, {name, arity}}, else: false) end, :beamlet_compiler.definitions_in(module))
  end

  @doc """
  Returns a definition of a module being defined: `{:v1, kind, metadata, clauses}`, or `nil`.

  Each clause is `{metadata, arguments, guards, body}`, its code without macros. With the option `:skip_clauses` there are none.
  """
  @spec get_definition(module, definition, keyword) :: {:v1, def_kind, keyword, list} | nil
  def get_definition(module, {name, arity}, options \\ []) when is_atom(module) and is_atom(name) and is_integer(arity) do
    case :beamlet_compiler.get_definition(module, name, arity) do
      nil ->
        nil

      {:v1, kind, meta, clauses} ->
        case :lists.keyfind(:skip_clauses, 1, options) do
          {:skip_clauses, true} -> {:v1, kind, meta, []}
          _ -> {:v1, kind, meta, :lists.map(fn {meta, args, guards, body, env} -> :elixir_expand.clause(meta, args, guards, body, env) end, clauses)}
        end
    end
  end

  @doc "Tells whether a module being defined has a type of the name and arity so far."
  @spec defines_type?(module, definition) :: boolean
  def defines_type?(module, {name, arity} = type) when is_atom(module) and is_atom(name) and is_integer(arity), do: Kernel.Typespec.defines_type?(module, type)

  @doc "Makes a callback of the spec of a function of a module being defined; tells whether there is such a spec."
  @spec spec_to_callback(module, definition) :: boolean
  def spec_to_callback(module, {name, arity} = function) when is_atom(module) and is_atom(name) and is_integer(arity),
    do: Kernel.Typespec.spec_to_callback(module, function)

  @doc "Removes a definition of a module being defined."
  @spec delete_definition(module, definition) :: boolean
  def delete_definition(module, {name, arity}) when is_atom(module) and is_atom(name) and is_integer(arity), do: :beamlet_compiler.delete_definition(module, name, arity)

  @doc "Makes definitions of a module being defined, or a behaviour's callbacks, replaceable."
  @spec make_overridable(module, [definition]) :: :ok
  @spec make_overridable(module, module) :: :ok
  def make_overridable(module, tuples) when is_atom(module) and is_list(tuples) do
    :lists.foreach(
      fn
        {name, arity} when is_atom(name) and is_integer(arity) and arity >= 0 and arity <= 255 ->
          case :beamlet_compiler.make_overridable(module, name, arity) do
            true -> :ok
            false -> raise ArgumentError, "cannot make function #{name}/#{arity} overridable because it was not defined"
          end

        other ->
          raise ArgumentError, "each element in tuple list has to be a {function_name :: atom, arity :: 0..255} tuple, got: #{inspect(other)}"
      end,
      tuples
    )
  end

  def make_overridable(module, behaviour) when is_atom(module) and is_atom(behaviour) do
    refuse = fn why -> raise ArgumentError, "cannot pass module #{inspect(behaviour)} as argument to defoverridable/1 because #{why}" end

    cond do
      not Code.ensure_loaded?(behaviour) -> refuse.("it was not defined")
      not function_exported?(behaviour, :behaviour_info, 1) -> refuse.("it does not define any callbacks")
      behaviour not in get_attribute(module, :behaviour, []) -> refuse.("its corresponding behaviour is missing. Did you forget to add @behaviour #{inspect(behaviour)}?")
      true -> :ok
    end

    tuples = :lists.map(&source_name/1, behaviour.behaviour_info(:callbacks))
    make_overridable(module, :lists.filter(&defines?(module, &1), tuples))
  end

  # A macro is named in the list of callbacks as the machine knows it.
  defp source_name({name, arity}) do
    case :erlang.atom_to_binary(name) do
      "MACRO-" <> rest -> {:erlang.binary_to_atom(rest), arity - 1}
      _ -> {name, arity}
    end
  end

  @doc "Tells whether a definition may be replaced."
  @spec overridable?(module, definition) :: boolean
  def overridable?(module, {name, arity}) when is_atom(module) and is_atom(name) and is_integer(arity), do: :beamlet_compiler.overridable?(module, name, arity)

  @doc "Lists the definitions that may be replaced."
  @spec overridables_in(module) :: [definition]
  def overridables_in(module) when is_atom(module), do: :beamlet_compiler.overridables_in(module)

  @doc "Lists the attributes that mean something to the language."
  @spec reserved_attributes() :: map
  def reserved_attributes() do
    %{
      after_compile: %{doc: "A hook called after the module was compiled."},
      after_verify: %{doc: "A hook called after the module was verified."},
      before_compile: %{doc: "A hook called before the module is compiled."},
      behaviour: %{doc: "A behaviour that the module implements."},
      callback: %{doc: "A function that modules of this behaviour define."},
      compile: %{doc: "Options for the compiler."},
      deprecated: %{doc: "Why and by what the next definition is replaced."},
      derive: %{doc: "Protocols to implement for the struct."},
      dialyzer: %{doc: "Options for Dialyzer."},
      doc: %{doc: "The documentation of the next definition."},
      enforce_keys: %{doc: "Fields that struct literals must give."},
      external_resource: %{doc: "A file that the module depends on."},
      file: %{doc: "The file of what follows."},
      impl: %{doc: "Says that the next definition implements a callback."},
      macrocallback: %{doc: "A macro that modules of this behaviour define."},
      moduledoc: %{doc: "The documentation of the module."},
      nifs: %{doc: "Functions that native code replaces."},
      on_definition: %{doc: "A hook called for each definition."},
      on_load: %{doc: "A function called when the module is loaded."},
      opaque: %{doc: "A type whose structure is private."},
      optional_callbacks: %{doc: "Callbacks that need not be defined."},
      spec: %{doc: "The types of a function."},
      type: %{doc: "A type."},
      typedoc: %{doc: "The documentation of the next type."},
      typep: %{doc: "A private type."},
      vsn: %{doc: "The version of the module."}
    }
  end
end
