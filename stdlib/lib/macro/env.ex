defmodule Macro.Env do
  @moduledoc """
  The environment of a piece of code at compile time: where it stands, and what aliases, imports and variables it has.

  Macros get it as `__CALLER__`; `__ENV__` is the current one.
  """

  @type name_arity :: {atom, arity}
  @type context :: :match | :guard | nil
  @type context_modules :: [module]
  @type file :: binary
  @type line :: non_neg_integer
  @type variable :: {atom, atom | term}
  @typep aliases :: [{module, module}]
  @typep functions :: [{module, [name_arity]}]
  @typep lexical_tracker :: pid | nil
  @typep macro_aliases :: [{module, {term, module}}]
  @typep macros :: [{module, [name_arity]}]
  @typep requires :: [module]
  @typep tracers :: [module]
  @typep versioned_vars :: %{optional(variable) => var_version :: non_neg_integer}
  @type t :: %{
          __struct__: __MODULE__,
          aliases: aliases,
          context: context,
          context_modules: context_modules,
          file: file,
          function: name_arity | nil,
          functions: functions,
          lexical_tracker: lexical_tracker,
          line: line,
          macro_aliases: macro_aliases,
          macros: macros,
          module: module,
          requires: requires,
          tracers: tracers,
          versioned_vars: versioned_vars
        }

  defstruct aliases: [],
            context: nil,
            context_modules: [],
            file: "nofile",
            function: nil,
            functions: [],
            lexical_tracker: nil,
            line: 0,
            macro_aliases: [],
            macros: [],
            module: nil,
            requires: [],
            tracers: [],
            versioned_vars: %{}

  @doc "Lists the variables as pairs of name and context."
  @spec vars(t) :: [{atom, atom}]
  def vars(env)
  def vars(%{__struct__: Macro.Env, versioned_vars: vars}), do: :maps.keys(vars)

  @doc "Tells whether the variable exists."
  @spec has_var?(t, {atom, atom}) :: boolean
  def has_var?(env, variable)
  def has_var?(%{__struct__: Macro.Env, versioned_vars: vars}, variable), do: :maps.is_key(variable, vars)

  @doc "Returns the file and line as keywords."
  @spec location(t) :: keyword
  def location(env)
  def location(%{__struct__: Macro.Env, file: file, line: line}), do: [file: file, line: line]

  @doc "Returns `{:ok, module}` for an alias, or `:error`."
  @spec fetch_alias(t, atom) :: {:ok, atom} | :error
  def fetch_alias(%{__struct__: Macro.Env, aliases: aliases}, atom) when is_atom(atom), do: Keyword.fetch(aliases, :"Elixir.#{atom}")

  @doc "Returns `{:ok, module}` for an alias made inside a macro, or `:error`."
  @spec fetch_macro_alias(t, atom) :: {:ok, atom} | :error
  def fetch_macro_alias(%{__struct__: Macro.Env, macro_aliases: aliases}, atom) when is_atom(atom), do: Keyword.fetch(aliases, :"Elixir.#{atom}")

  @doc "Lists the modules that import a function or macro of the name and arity."
  @spec lookup_import(t, {atom, arity}) :: [{:function | :macro, module}]
  def lookup_import(%{__struct__: Macro.Env, functions: functions, macros: macros}, {name, arity} = pair) when is_atom(name) and is_integer(arity) do
    found_functions = for {module, pairs} <- functions, pair in pairs, do: {:function, module}
    found_macros = for {module, pairs} <- macros, pair in pairs, do: {:macro, module}
    found_functions ++ found_macros
  end

  @doc "Tells whether the module is required."
  @spec required?(t, module) :: boolean
  def required?(%{__struct__: Macro.Env, requires: requires}, module) when is_atom(module), do: module in requires

  @doc false
  def prepend_tracer(%{__struct__: Macro.Env, tracers: tracers} = env, tracer), do: %{env | tracers: [tracer | tracers]}

  @doc "Returns the environment for matching."
  @spec to_match(t) :: t
  def to_match(%{__struct__: Macro.Env} = env), do: %{env | context: :match}

  @doc "Returns the environment for guards."
  @spec to_guard(t) :: t
  def to_guard(%{__struct__: Macro.Env} = env), do: %{env | context: :guard}

  @doc "Tells whether the code stands in a guard."
  @spec in_guard?(t) :: boolean
  def in_guard?(env)
  def in_guard?(%{__struct__: Macro.Env, context: context}), do: context == :guard

  @doc "Tells whether the code stands in a pattern."
  @spec in_match?(t) :: boolean
  def in_match?(env)
  def in_match?(%{__struct__: Macro.Env, context: context}), do: context == :match

  @doc "Returns the environment as a stack trace."
  @spec stacktrace(t) :: list
  def stacktrace(%{__struct__: Macro.Env} = env) do
    cond do
      is_nil(env.module) -> [{:elixir_compiler, :__FILE__, 1, relative_location(env)}]
      is_nil(env.function) -> [{env.module, :__MODULE__, 0, relative_location(env)}]
      true ->
        {name, arity} = env.function
        [{env.module, name, arity, relative_location(env)}]
    end
  end

  defp relative_location(env), do: [file: String.to_charlist(Path.relative_to_cwd(env.file)), line: env.line]

  @doc false
  def prune_compile_info(env), do: %{env | lexical_tracker: nil, tracers: []}
end
