defmodule Protocol do
  @moduledoc """
  What `defprotocol`, `defimpl` and `@derive` are made of, and reflection on protocols.

  A protocol `P` is implemented for a type `T` by the module `P.T`. Finding it costs a look-up of that module's
  exports per call; nothing is searched or built at run time.
  """

  @built_in [
    is_tuple: Tuple,
    is_atom: Atom,
    is_list: List,
    is_map: Map,
    is_bitstring: BitString,
    is_integer: Integer,
    is_float: Float,
    is_function: Function,
    is_pid: PID,
    is_port: Port,
    is_reference: Reference
  ]

  # The attribute in which a consolidated protocol keeps the types it is implemented for.
  @types :__consolidated__
  @empty "protocols must define at least one function, but none was defined"

  ## Expansion

  @doc false
  def __built_in__(), do: @built_in

  @doc false
  def __defprotocol__(name, block, env) do
    statements = statements(block)
    remarks = remarks(statements)
    # Macros and other code may have functions of the protocol inside, which only show themselves when it runs.
    known = :lists.all(&plain?/1, statements)
    {statements, functions, specs, lines} = signatures(statements, {[], [], [], []}, env)
    remarks = if known and functions == [], do: remarks ++ [{nil, @empty}], else: remarks

    # Whatever implements the protocol has its type `t`, unless the author says more.
    type = if :lists.any(&own_type?/1, statements), do: [], else: [quote(do: @type(t :: term))]
    specified = for {:@, _, [{:callback, _, [spec]}]} <- specs ++ statements, do: specified(spec)

    quote do
      defmodule unquote(name) do
        @fallback_to_any false
        unquote_splicing(type)
        unquote_splicing(if known, do: statements, else: found_as_it_runs(statements, functions, specified))
        Module.register_attribute(__MODULE__, :__protocol__, persist: true)
        @__protocol__ [fallback_to_any: @fallback_to_any == true]
        unquote_splicing(specs)
        unquote_splicing(callbacks(:lists.reverse(functions), specified, lines))
        unquote(reflection(if known, do: :lists.sort(functions), else: {:unquote, [], [quote(do: Protocol.__functions__(__MODULE__, __ENV__))]}))
        unquote_splicing(for {line, text} <- remarks, do: quote(do: Protocol.__remark__(unquote(line), unquote(text), __ENV__)))
      end
    end
  end

  defp statements({:__block__, _, statements}), do: :lists.flatmap(&statements/1, statements)
  defp statements(nil), do: []
  defp statements(statement), do: [statement]

  defp plain?({name, _, [_ | _]}) when name in [:def, :@, :alias, :import, :require, :use], do: true
  defp plain?(statement), do: not :erlang.is_tuple(statement)

  # The statements where `def/1` is what notes a function of the protocol.
  defp found_as_it_runs(statements, functions, specified) do
    prologue =
      quote do
        Module.put_attribute(__MODULE__, :__functions__, unquote(functions))
        Module.put_attribute(__MODULE__, :__specified__, unquote(specified))
        import Kernel, except: [def: 1, def: 2, defp: 2, defdelegate: 2, defguard: 1, defguardp: 1, defmacro: 2, defmacrop: 2]
        import Protocol.Signature, only: [def: 1]
      end

    [prologue | statements] ++ [quote(do: import(Kernel, except: []))]
  end

  @doc false
  def __functions__(module, env) do
    case Module.get_attribute(module, :__functions__) do
      [] -> __remark__(nil, @empty, env)
      _ -> :ok
    end

    Module.delete_attribute(module, :__specified__)
    :lists.sort(Module.delete_attribute(module, :__functions__))
  end

  @doc false
  def __signature__(call, meta, env) do
    {definitions, [function], [], lines} = signatures([{:def, meta, [call]}], {[], [], [], []}, env)
    callbacks = callbacks([function], Module.get_attribute(env.module, :__specified__), lines)

    quote do
      Module.put_attribute(__MODULE__, :__functions__, [unquote(function) | Module.get_attribute(__MODULE__, :__functions__)])
      unquote_splicing(:lists.reverse(definitions))
      unquote_splicing(callbacks)
    end
  end

  defp own_type?({:@, _, [{kind, _, [{:"::", _, [{:t, _, args}, _]}]}]}) when kind in [:type, :opaque, :typep], do: args == [] or is_atom(args)
  defp own_type?(_), do: false

  # A function of a protocol is a callback of its implementations, with or without a spec.
  defp callbacks(functions, specified, lines) do
    for {name, arity} = function <- :lists.usort(functions), not :lists.member(function, specified) do
      {_, meta} = :lists.keyfind(function, 1, lines)
      args = [{:t, meta, []} | for(_ <- :lists.seq(2, arity), do: {:term, meta, []})]
      {:@, meta, [{:callback, meta, [{:"::", meta, [{name, meta, args}, {:term, meta, []}]}]}]}
    end
  end

  # What does not belong into a protocol, with its line.
  defp remarks(statements) do
    outline = " inside protocol, use def/1 to outline your protocol definition"

    :lists.flatmap(
      fn
        {:@, meta, [{kind, _, [spec]}]} when kind in [:callback, :macrocallback] ->
          {name, arity} = specified(spec) || {:_, 0}
          [{meta[:line], "cannot define @#{kind} #{name}/#{arity}" <> outline}]

        {:@, _, [{:optional_callbacks, _, [_]}]} ->
          [{nil, "cannot define @optional_callbacks inside protocol, all of the protocol definitions are required"}]

        _ ->
          []
      end,
      statements
    )
  end

  @doc false
  def __remark__(line, text, env), do: IO.warn(text, Macro.Env.stacktrace(%{env | line: line || env.line}))

  defp specified({:when, _, [spec, _]}), do: specified(spec)
  defp specified({:"::", _, [{name, _, args}, _]}) when is_list(args), do: {name, length(args)}
  defp specified({:"::", _, [{name, _, context}, _]}) when is_atom(context), do: {name, 0}
  defp specified(_), do: nil

  # The statements with functions in place of their heads, names and arities of these, their specs, and the metadata of each.
  defp signatures([{:def, meta, [call]} | rest], {done, functions, specs, lines}, env) do
    {name, args} =
      case call do
        {:when, _, _} -> raise CompileError, file: Path.relative_to_cwd(env.file), line: meta[:line], description: "missing :do option in \"def\""
        {name, _, args} when is_atom(name) and is_list(args) and args != [] -> {name, args}
        {name, _, _} when is_atom(name) -> raise ArgumentError, "protocol functions expect at least one argument"
        _ -> raise ArgumentError, "invalid arguments for def inside defprotocol"
      end

    function = {name, length(args)}
    meta = Keyword.take(meta, [:line])
    head = if :lists.all(&variable?/1, args), do: [], else: [head(meta, name, args)]
    signatures(rest, {[function(meta, name, args) | head ++ done], [function | functions], specs, [{function, meta} | lines]}, env)
  end

  defp signatures([{:def, meta, [_, _]} | _], _acc, env) do
    raise CompileError, file: Path.relative_to_cwd(env.file), line: meta[:line], description: "undefined function def/2 (there is no such import)"
  end

  # Documentation before a spec is that of the function behind it, so specs come at the end.
  defp signatures([{:@, meta, [{:spec, spec_meta, [spec]}]} | rest], {done, functions, specs, lines}, env) do
    signatures(rest, {done, functions, specs ++ [{:@, meta, [{:callback, spec_meta, [spec]}]}], lines}, env)
  end

  defp signatures([statement | rest], {done, functions, specs, lines}, env), do: signatures(rest, {[statement | done], functions, specs, lines}, env)
  defp signatures([], {done, functions, specs, lines}, _env), do: {:lists.reverse(done), :lists.reverse(functions), specs, lines}

  defp variable?({name, _, context}), do: is_atom(name) and is_atom(context)
  defp variable?(_), do: false

  # What else the author writes for arguments, defaults for example, is up to the compiler.
  defp head(meta, name, args) do
    {:def, own, _} = quote(do: def(unquote(name)()))
    {:def, meta ++ own, [{name, meta, args}]}
  end

  defp function(meta, name, args) do
    arity = length(args)
    vars = Macro.generate_arguments(arity, __MODULE__)
    names = shown_arguments(args, vars)

    # The line is that of the signature, which stack traces then name.
    line =
      case :lists.keyfind(:line, 1, meta) do
        {:line, _} = line -> [line]
        false -> []
      end

    {:def, own, _} = quote(do: def(unquote(name)(unquote_splicing(names))))
    target = {:impl_for!, line, [hd(names)]}
    {:def, line ++ own, [{name, line, names}, [do: {{:., line, [target, name]}, line, names}]]}
  end

  # The names given by the author show up in documentation and in blame. A default changes nothing.
  defp shown_arguments([{:\\, _, [arg, _default]} | rest], vars), do: shown_arguments([arg | rest], vars)

  defp shown_arguments([{name, _, context} | rest], [_ | vars]) when is_atom(name) and is_atom(context) and name != :_,
    do: [{name, [], __MODULE__} | shown_arguments(rest, vars)]

  defp shown_arguments([_ | rest], [var | vars]), do: [var | shown_arguments(rest, vars)]
  defp shown_arguments([], []), do: []

  defp reflection(functions) do
    quote do
      @doc false
      def impl_for(data)
      def impl_for(%{__struct__: struct}) when :erlang.is_atom(struct), do: struct_impl_for(struct)
      unquote_splicing(built_in_clauses())
      def impl_for(_), do: Protocol.__fallback__(@fallback_to_any && __MODULE__)

      defp struct_impl_for(struct), do: Protocol.__target__(Protocol.__concat__(__MODULE__, struct), @fallback_to_any && __MODULE__)

      @doc false
      def impl_for!(data) do
        case impl_for(data) do
          nil -> :erlang.error(Protocol.UndefinedError.exception(protocol: __MODULE__, value: data))
          target -> target
        end
      end

      @doc false
      def __protocol__(:module), do: __MODULE__
      def __protocol__(:functions), do: unquote(functions)
      def __protocol__(:consolidated?), do: Protocol.__impls__(__MODULE__) != :not_consolidated
      def __protocol__(:impls), do: Protocol.__impls__(__MODULE__)
    end
  end

  # `__MODULE__.List`, which the compiler resolves.
  defp impl_name(module) do
    "Elixir." <> name = :erlang.atom_to_binary(module)
    {:__aliases__, [alias: false], [{:__MODULE__, [], nil}, :erlang.binary_to_atom(name)]}
  end

  defp built_in_clauses() do
    for {guard, module} <- @built_in do
      quote do
        def impl_for(data) when :erlang.unquote(guard)(data) do
          Protocol.__target__(unquote(impl_name(module)), @fallback_to_any && __MODULE__)
        end
      end
    end
  end

  @doc false
  def __concat__(protocol, type) do
    "Elixir." <> name =
      case :erlang.atom_to_binary(type) do
        "Elixir." <> _ = full -> full
        other -> "Elixir." <> other
      end

    :erlang.binary_to_atom(:erlang.atom_to_binary(protocol) <> "." <> name)
  end

  @doc false
  def __target__(module, fallback) do
    case :erlang.function_exported(module, :__impl__, 1) do
      true ->
        module.__impl__(:target)

      false ->
        case :code.ensure_loaded(module) do
          {:module, _} ->
            case :erlang.function_exported(module, :__impl__, 1) do
              true -> module.__impl__(:target)
              false -> __fallback__(fallback)
            end

          {:error, _} ->
            __fallback__(fallback)
        end
    end
  end

  @doc false
  def __fallback__(fallback) when fallback in [false, nil], do: nil
  def __fallback__(protocol), do: __target__(__concat__(protocol, Any), false)

  @doc false
  def __defimpl__(protocol, opts, env) do
    {block, opts} = Keyword.pop(opts, :do, nil)
    {for_types, opts} = Keyword.pop(opts, :for, {:__MODULE__, [], nil})

    case opts do
      [] -> :ok
      _ -> raise ArgumentError, "unknown options given to defimpl, got: #{Macro.to_string([do: block] ++ opts)}"
    end

    case for_types do
      {:__MODULE__, [], nil} when env.module == nil -> raise ArgumentError, "defimpl/3 expects a :for option when declared outside a module"
      _ -> :ok
    end

    case is_list(for_types) do
      true -> {:__block__, [], for(type <- for_types, do: implementation(protocol, type, block))}
      false -> implementation_of(protocol, for_types, block)
    end
  end

  # A list is only known to be one at run time when it comes from a variable or an attribute.
  defp implementation_of(protocol, {name, _, _} = type, block) when name in [:__aliases__, :__MODULE__], do: implementation(protocol, type, block)
  defp implementation_of(protocol, type, block) when is_atom(type), do: implementation(protocol, type, block)

  defp implementation_of(protocol, types, block) do
    quote do
      for type <- Kernel.Utils.wrap(unquote(types)) do
        unquote(implementation(protocol, quote(do: type), block))
      end
    end
  end

  defp implementation(protocol, type, block) do
    quote do
      protocol = unquote(protocol)
      for = unquote(type)
      name = Protocol.__concat__(protocol, for)
      Protocol.assert_protocol!(protocol)
      Protocol.__warn_consolidated__(protocol, for, __ENV__)

      defmodule name do
        @moduledoc false
        @behaviour protocol
        @protocol protocol
        @for for
        Module.register_attribute(__MODULE__, :__impl__, persist: true)
        @__impl__ [protocol: @protocol, for: @for]

        unquote(block)

        @doc false
        def __impl__(:protocol), do: @protocol
        def __impl__(:for), do: @for
        def __impl__(:target), do: __MODULE__
      end
    end
  end

  ## Deriving

  @doc "Implements a protocol for a struct's module from outside, as `@derive` does inside it."
  defmacro derive(protocol, module, options \\ []) do
    quote do
      module = unquote(module)
      Protocol.__derive__([{unquote(protocol), unquote(options)}], module, module.__struct__(), __ENV__)
    end
  end

  @doc false
  def __derive__(derives, module, struct, env) when is_atom(module) do
    struct = struct || module.__struct__()

    for derive <- derives do
      {protocol, opts} =
        case derive do
          {protocol, opts} -> {protocol, opts}
          protocol when is_atom(protocol) -> {protocol, []}
        end

      assert_protocol!(protocol, ", cannot derive #{inspect(protocol)} for #{inspect(module)}")
      derive(protocol, module, struct, opts, env)
    end

    :ok
  end

  defp derive(protocol, module, struct, opts, env) do
    any = __concat__(protocol, Any)

    case Code.ensure_loaded(any) do
      {:module, _} ->
        :ok

      {:error, _} ->
        raise ArgumentError, "could not load module #{inspect(any)} due to reason :nofile, cannot derive #{inspect(protocol)} for #{inspect(module)}"
    end

    case :erlang.function_exported(any, :"MACRO-__deriving__", 4) do
      true ->
        env = :maps.put(:module, module, env)
        quoted = :erlang.apply(any, :"MACRO-__deriving__", [env, module, struct, opts])
        Code.eval_quoted(quoted, [], env)
        :ok

      false ->
        name = __concat__(protocol, module)

        quoted =
          quote do
            @moduledoc false
            Module.register_attribute(__MODULE__, :__impl__, persist: true)
            @__impl__ [protocol: unquote(protocol), for: unquote(module)]
            @doc false
            def __impl__(:target), do: unquote(any)
            def __impl__(:protocol), do: unquote(protocol)
            def __impl__(:for), do: unquote(module)
          end

        Module.create(name, quoted, Macro.Env.location(env))
        :ok
    end
  end

  ## Reflection

  @doc "Raises `ArgumentError` unless the module is a protocol."
  @spec assert_protocol!(module) :: :ok
  def assert_protocol!(module), do: assert_protocol!(module, "")

  defp assert_protocol!(module, purpose) do
    case Code.ensure_compiled(module) do
      {:module, _} ->
        case :erlang.function_exported(module, :__protocol__, 1) do
          true -> :ok
          false -> raise ArgumentError, "#{inspect(module)} is not a protocol" <> purpose
        end

      {:error, reason} ->
        raise ArgumentError, "could not load module #{inspect(module)} due to reason #{inspect(reason)}" <> purpose
    end
  end

  @doc "Raises `ArgumentError` unless `base` is implemented for the module."
  @spec assert_impl!(module, module) :: :ok
  def assert_impl!(protocol, base) do
    name = __concat__(protocol, base)

    case Code.ensure_compiled(name) do
      {:module, _} ->
        case :erlang.function_exported(name, :__impl__, 1) do
          true -> :ok
          false -> raise ArgumentError, "#{inspect(name)} is not an implementation of a protocol"
        end

      {:error, reason} ->
        raise ArgumentError, "could not load module #{inspect(name)} due to reason #{inspect(reason)}"
    end
  end

  @doc """
  Returns the protocols among the module files of some directories. They are only read, not loaded.
  """
  @spec extract_protocols([charlist | String.t()]) :: [module]
  def extract_protocols(paths) do
    for {file, name} <- module_files(paths, "Elixir."), attribute(file, :__protocol__), do: name
  end

  @doc """
  Returns the types that a protocol is implemented for among the module files of some directories.
  """
  @spec extract_impls(module, [charlist | String.t()]) :: [module]
  def extract_impls(protocol, paths) when is_atom(protocol) do
    for {file, _name} <- module_files(paths, Atom.to_string(protocol) <> "."),
        given = attribute(file, :__impl__),
        given[:protocol] == protocol,
        do: given[:for]
  end

  defp module_files(paths, prefix) do
    for path <- paths,
        {name, file} <- files_in(path),
        String.starts_with?(name, prefix),
        do: {file, String.to_atom(name)}
  end

  defp files_in(path) do
    case :file.list_dir(path) do
      {:ok, files} -> for file <- files, name = List.to_string(file), String.ends_with?(name, ".beam"), do: {Path.rootname(name), :filename.join(path, file)}
      {:error, _} -> bundled_in(Path.split(to_string(path)))
    end
  end

  # The directories of the bundled library are nowhere to be read.
  defp bundled_in(["/", "lib", application, "ebin"]) do
    for {name, :preloaded, _} <- :code.all_available(),
        module = List.to_atom(name),
        Atom.to_string(:beamlet_code.bundled(module)) == application,
        bytes = :beamlet_code.object_code(module),
        do: {List.to_string(name), bytes}
  end

  defp bundled_in(_path), do: []

  defp attribute(file, key) do
    case :beam_lib.chunks(beam(file), [:attributes]) do
      {:ok, {_module, [attributes: attributes]}} -> attributes[key]
      _ -> nil
    end
  end

  # What a module file is, or where.
  defp beam(<<"FOR1", _::binary>> = bytes), do: bytes
  defp beam(path), do: String.to_charlist(to_string(path))

  # What is implemented for whom is known once a project has been compiled as a whole. Calls need no preparation for it, so
  # all that is left of it is what is known.
  @doc false
  def __impls__(protocol) do
    case :persistent_term.get({__MODULE__, :consolidated}, []) do
      %{^protocol => types} -> {:consolidated, types}
      _ -> own_impls(:lists.keyfind(@types, 1, :erlang.get_module_info(protocol, :attributes)))
    end
  end

  defp own_impls({_, types}), do: {:consolidated, types}
  defp own_impls(false), do: :not_consolidated

  @doc false
  def __warn_consolidated__(protocol, type, env) do
    cond do
      not Protocol.consolidated?(protocol) -> :ok
      Code.get_compiler_option(:ignore_already_consolidated) -> :ok
      true -> IO.warn(no_effect(protocol, type), Macro.Env.stacktrace(env))
    end
  end

  defp no_effect(protocol, type) do
    "the #{inspect(protocol)} protocol has already been consolidated, an implementation for #{inspect(type)} has no effect. If you want to implement protocols after compilation or during tests, check the \"Consolidation\" section in the Protocol module documentation"
  end

  @doc """
  Makes a module file of a protocol that knows who implements it: `{:ok, binary}`.

  `types` are those that it is implemented for; `Any` counts only if the protocol falls back to it. What is no protocol is
  answered with `{:error, :not_a_protocol}`, and one that has no file with `{:error, :no_beam_info}`.
  """
  @spec consolidate(module, [module]) :: {:ok, binary} | {:error, :not_a_protocol | :no_beam_info}
  def consolidate(protocol, types) when is_atom(protocol) do
    with {:ok, file} <- module_file(protocol), do: __consolidate__(file, types), else: (_ -> {:error, :no_beam_info})
  end

  @doc false
  # The same of a module file, or of what is in one.
  def __consolidate__(file, types) do
    with {:ok, _module, chunks} <- :beam_lib.all_chunks(file),
         {_, attributes} <- :lists.keyfind(~c"Attr", 1, chunks),
         attributes = :erlang.binary_to_term(attributes),
         {_, [fallback_to_any: any]} <- :lists.keyfind(:__protocol__, 1, attributes) || :not_a_protocol do
      types = for type <- :lists.usort(types), any or type != Any, do: type
      attributes = :lists.keystore(@types, 1, attributes, {@types, types})
      :beam_lib.build_module(:lists.keyreplace(~c"Attr", 1, chunks, {~c"Attr", :erlang.term_to_binary(attributes)}))
    else
      :not_a_protocol -> {:error, :not_a_protocol}
      _ -> {:error, :no_beam_info}
    end
  end

  defp module_file(module) do
    with {_, binary, _path} <- :code.get_object_code(module), do: {:ok, binary}
  end

  @doc false
  def __consolidate__(%{} = types_of_protocols), do: :persistent_term.put({__MODULE__, :consolidated}, types_of_protocols)

  @doc """
  Tells whether all that implement a protocol are known, as they are when a project has been compiled, unless it says
  `consolidate_protocols: false`.
  """
  @spec consolidated?(module) :: boolean
  def consolidated?(protocol), do: protocol.__protocol__(:consolidated?)
end

defmodule Protocol.Signature do
  @moduledoc false
  # The `def/1` of protocols, for those that are written by macros and loops.

  import Kernel, except: [def: 1]

  defmacro def(call), do: Protocol.__signature__(call, [line: __CALLER__.line], __CALLER__)
end
