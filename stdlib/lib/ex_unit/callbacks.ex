defmodule ExUnit.Callbacks do
  @moduledoc """
  What runs around tests: `setup`, `setup_all`, `on_exit`, and processes that live as long as a test.

  `setup_all` runs once per module, in a process of its own, before the module's first test. `setup` runs before each
  test, in the test's process. Both may take the context and return what to add to it: `:ok`, a keyword list, a map, or
  `{:ok, keyword or map}`. What `on_exit` is given runs after the test, in another process.

      setup %{line: line} do
        file = "tmp/\#{line}"
        File.write!(file, "")
        on_exit(fn -> File.rm!(file) end)
        %{file: file}
      end

  They run in the order in which they are written; those of a template (see `ExUnit.CaseTemplate`) before the module's,
  those of the module before those of a `describe` block. Instead of a body, the name of a function of arity 1, or a list of
  names, can be given, and `{module, name}`.
  """

  @type name :: atom | {module, atom}

  @context Macro.var(:context, __MODULE__)
  @reserved [:case, :file, :line, :test, :async, :registered, :describe]

  @doc false
  def __register__(module) do
    # What a module already has, it keeps: `use` may come twice, through a template and by itself.
    unless Module.has_attribute?(module, :ex_unit_used_describes), do: initialize(module)
  end

  defp initialize(module) do
    Module.put_attribute(module, :ex_unit_describe, nil)
    Module.put_attribute(module, :ex_unit_setup, [])
    Module.put_attribute(module, :ex_unit_setup_all, [])
    Module.put_attribute(module, :ex_unit_used_describes, [])
    Module.put_attribute(module, :before_compile, __MODULE__)
  end

  @doc false
  defmacro __using__(_options) do
    quote do
      unquote(__MODULE__).__register__(__MODULE__)
      import unquote(__MODULE__)
    end
  end

  @doc false
  defmacro __before_compile__(env) do
    describes = Module.get_attribute(env.module, :ex_unit_used_describes)

    in_describe =
      for {name, function} <- describes, function != nil do
        quote do
          defp __ex_unit_in_describe__(unquote(name), context), do: unquote(function)(context)
        end
      end

    quote do
      @doc false
      def __ex_unit__(:setup_all, unquote(@context)) do
        unquote(chain(env.module, Module.get_attribute(env.module, :ex_unit_setup_all)))
      end

      def __ex_unit__(:setup, unquote(@context)) do
        context = unquote(chain(env.module, Module.get_attribute(env.module, :ex_unit_setup)))
        __ex_unit_in_describe__(Map.get(context, :describe), context)
      end

      unquote(in_describe)
      defp __ex_unit_in_describe__(_describe, context), do: context
    end
  end

  # Code that calls each callback with the context that the ones before it made. The callbacks are held latest first.
  defp chain(module, callbacks) do
    steps =
      for callback <- Enum.reverse(callbacks) do
        call =
          case callback do
            {remote, function} -> quote(do: unquote(remote).unquote(function)(unquote(@context)))
            function -> quote(do: unquote(function)(unquote(@context)))
          end

        quote(do: unquote(@context) = unquote(__MODULE__).__merge__(unquote(module), unquote(@context), unquote(call)))
      end

    {:__block__, [], steps ++ [@context]}
  end

  ## Defining callbacks

  @doc """
  Defines what runs before each test: a body, or the names of functions.
  """
  defmacro setup(block_or_functions) do
    if body?(block_or_functions) do
      define(:setup, quote(do: _), block_or_functions)
    else
      quote(do: unquote(__MODULE__).__setup__(__MODULE__, unquote(block_or_functions)))
    end
  end

  @doc "Defines what runs before each test, with a pattern for the context."
  defmacro setup(context, block), do: define(:setup, context, block)

  @doc """
  Defines what runs once before the tests of the module: a body, or the names of functions.
  """
  defmacro setup_all(block_or_functions) do
    if body?(block_or_functions) do
      define(:setup_all, quote(do: _), block_or_functions)
    else
      quote(do: unquote(__MODULE__).__setup_all__(__MODULE__, unquote(block_or_functions)))
    end
  end

  @doc "Defines what runs once before the tests of the module, with a pattern for the context."
  defmacro setup_all(context, block), do: define(:setup_all, context, block)

  defp body?(argument), do: Keyword.keyword?(argument) and Keyword.has_key?(argument, :do)

  defp define(kind, context, block) do
    quote bind_quoted: [
            kind: kind,
            context: Macro.escape(context),
            body: Macro.escape(block, unquote: true),
            registrar: __MODULE__
          ] do
      name = registrar.__callback__(kind, __MODULE__)
      defp unquote(name)(unquote(context)), unquote(body)

      case kind do
        :setup -> registrar.__setup__(__MODULE__, [name])
        :setup_all -> registrar.__setup_all__(__MODULE__, [name])
      end
    end
  end

  @doc false
  def __callback__(:setup_all, module) do
    check_setup_all(module)
    :"__ex_unit_setup_all_#{length(Module.get_attribute(module, :ex_unit_setup_all))}"
  end

  def __callback__(:setup, module) do
    number = length(Module.get_attribute(module, :ex_unit_setup))

    case Module.get_attribute(module, :ex_unit_describe) do
      {_line, _name, index, _outer} -> :"__ex_unit_setup_#{index}_#{number}"
      nil -> :"__ex_unit_setup_#{number}"
    end
  end

  @doc false
  def __setup__(module, callbacks), do: push(module, :ex_unit_setup, callbacks)

  @doc false
  def __setup_all__(module, callbacks) do
    check_setup_all(module)
    push(module, :ex_unit_setup_all, callbacks)
  end

  defp check_setup_all(module) do
    if Module.get_attribute(module, :ex_unit_describe) do
      raise "cannot invoke setup_all/1-2 inside describe as setup_all always applies to all tests in a module"
    end
  end

  defp push(module, attribute, callbacks) do
    callbacks = callbacks |> List.wrap() |> Enum.map(&checked/1)
    Module.put_attribute(module, attribute, Enum.reverse(callbacks) ++ Module.get_attribute(module, attribute))
  end

  defp checked(name) when is_atom(name), do: name
  defp checked({module, name} = callback) when is_atom(module) and is_atom(name), do: callback

  defp checked(other) do
    raise ArgumentError,
          "setup/setup_all expect a callback name as an atom or a list of callback names, got: #{inspect(other)}"
  end

  @doc false
  # Opens a describe block: until it is closed, setups belong to it.
  def __describe__(module, line, name) do
    used = Module.get_attribute(module, :ex_unit_used_describes)

    cond do
      Module.get_attribute(module, :ex_unit_describe) ->
        raise "cannot call \"describe\" inside another \"describe\". See the documentation " <>
                "for ExUnit.Case.describe/2 on named setups and how to handle hierarchies"

      not is_binary(name) ->
        raise ArgumentError, "describe name must be a string, got: #{inspect(name)}"

      List.wrap(Module.get_attribute(module, :describetag)) != [] ->
        raise "@describetag must be set inside describe/2 blocks"

      List.keymember?(used, name, 0) ->
        raise ExUnit.DuplicateDescribeError, "describe #{inspect(name)} is already defined in #{inspect(module)}"

      true ->
        outer = Module.get_attribute(module, :ex_unit_setup)
        Module.put_attribute(module, :ex_unit_describe, {line, name, length(used), outer})
        Module.put_attribute(module, :ex_unit_setup, [])
    end
  end

  @doc false
  # `define` gets name, context and body of the function that runs the setups of the describe block, if it has any.
  def __define_describe__(module, define) do
    setups = Module.get_attribute(module, :ex_unit_setup)
    if setups != [], do: define.(describe_function(module), @context, chain(module, setups))
  end

  defp describe_function(module) do
    {_line, _name, index, _outer} = Module.get_attribute(module, :ex_unit_describe)
    :"__ex_unit_describe_#{index}"
  end

  @doc false
  # Closes the describe block.
  def __close_describe__(module) do
    {_line, name, _index, outer} = Module.get_attribute(module, :ex_unit_describe)
    setups = Module.get_attribute(module, :ex_unit_setup)
    function = if setups != [], do: describe_function(module)

    used = Module.get_attribute(module, :ex_unit_used_describes)
    Module.put_attribute(module, :ex_unit_used_describes, [{name, function} | used])
    Module.put_attribute(module, :ex_unit_describe, nil)
    Module.put_attribute(module, :ex_unit_setup, outer)
    Module.delete_attribute(module, :describetag)
  end

  ## Merging contexts

  @doc false
  def __merge__(_module, context, :ok), do: context
  def __merge__(module, context, {:ok, value}), do: merge(module, context, value, {:ok, value})
  def __merge__(module, context, value), do: merge(module, context, value, value)

  defp merge(module, _context, %_{}, returned), do: raise_merge_failed!(module, returned)
  defp merge(module, context, value, _returned) when is_list(value), do: merge(module, context, Map.new(value), nil)

  defp merge(module, context, value, _returned) when is_map(value) do
    Map.merge(context, value, fn
      key, same, same when key in @reserved -> same
      key, _old, new when key in @reserved -> raise_merge_reserved!(module, key, new)
      _key, _old, new -> new
    end)
  end

  defp merge(module, _context, _value, returned), do: raise_merge_failed!(module, returned)

  defp raise_merge_failed!(module, value) do
    raise "expected ExUnit callback in #{inspect(module)} to return :ok | keyword | map, got #{inspect(value)} instead"
  end

  defp raise_merge_reserved!(module, key, value) do
    raise "ExUnit callback in #{inspect(module)} is trying to set reserved field #{inspect(key)} to #{inspect(value)}"
  end

  ## After a test

  @doc """
  Has a function run after the test, in another process, also if the test fails.

  Functions run in the order opposite to that in which they were given. One given under a name replaces what was given
  under that name before.
  """
  @spec on_exit(term, (() -> term)) :: :ok
  def on_exit(name_or_ref \\ make_ref(), callback) when is_function(callback, 0) do
    case ExUnit.OnExitHandler.add(self(), name_or_ref, callback) do
      :ok -> :ok
      :error -> raise ArgumentError, "on_exit/2 callback can only be invoked from the test process"
    end
  end

  ## Processes of a test

  @supervisor_options [strategy: :one_for_one, max_restarts: 1_000_000, max_seconds: 1]

  @doc """
  Starts a child, given as for `Supervisor`, under the test's supervisor, which stops it before the next test begins.

  Returns what `Supervisor.start_child/2` does. The options replace fields of the child's specification.
  """
  @spec start_supervised(Supervisor.child_spec() | module | {module, term}, keyword) :: Supervisor.on_start_child()
  def start_supervised(child_spec_or_module, options \\ []) do
    supervisor =
      case ExUnit.fetch_test_supervisor() do
        {:ok, supervisor} -> supervisor
        :error -> raise ArgumentError, "start_supervised/2 can only be invoked from the test process"
      end

    spec = Supervisor.child_spec(child_spec_or_module, options)

    case Supervisor.start_child(supervisor, spec) do
      {:error, {:already_started, _pid}} -> {:error, {:duplicate_child_name, spec.id}}
      result -> result
    end
  end

  @doc "Does as `start_supervised/2`, but returns the process or raises."
  @spec start_supervised!(Supervisor.child_spec() | module | {module, term}, keyword) :: pid
  def start_supervised!(child_spec_or_module, options \\ []) do
    case start_supervised(child_spec_or_module, options) do
      {:ok, pid} ->
        pid

      {:ok, pid, _info} ->
        pid

      {:error, reason} ->
        raise "failed to start child with the spec #{inspect(child_spec_or_module)}.\n" <>
                "Reason: #{start_failure(reason)}"
    end
  end

  # With the child comes why it did not start; without, its specification is wrong.
  defp start_failure({{:EXIT, reason}, child}) when elem(child, 0) == :child, do: Exception.format_exit(reason)
  defp start_failure({reason, child}) when elem(child, 0) == :child, do: Exception.format_exit(reason)
  defp start_failure(reason), do: Exception.format_exit({:start_spec, reason})

  @doc "Does as `start_supervised!/2`, and links the process to the test."
  @spec start_link_supervised!(Supervisor.child_spec() | module | {module, term}, keyword) :: pid
  def start_link_supervised!(child_spec_or_module, options \\ []) do
    pid = start_supervised!(child_spec_or_module, options)
    Process.link(pid)
    pid
  end

  @doc """
  Stops a child that `start_supervised/2` started, by the id of its specification.
  """
  @spec stop_supervised(id :: term) :: :ok | {:error, :not_found}
  def stop_supervised(id) do
    case ExUnit.OnExitHandler.get_supervisor(self()) do
      {:ok, nil} ->
        {:error, :not_found}

      {:ok, supervisor} ->
        # The end of a child that is linked to the test as well is not the test's end.
        for {^id, pid, _, _} when is_pid(pid) <- Supervisor.which_children(supervisor), do: Process.unlink(pid)

        with :ok <- Supervisor.terminate_child(supervisor, id) do
          # A temporary child is forgotten when it ends.
          _ = Supervisor.delete_child(supervisor, id)
          :ok
        end

      :error ->
        raise ArgumentError, "stop_supervised/1 can only be invoked from the test process"
    end
  end

  @doc "Does as `stop_supervised/1`, but raises if there is no such child."
  @spec stop_supervised!(id :: term) :: :ok
  def stop_supervised!(id) do
    case stop_supervised(id) do
      :ok -> :ok
      {:error, :not_found} -> raise "could not stop child ID #{inspect(id)} because it was not found"
    end
  end

  @doc false
  def start_test_supervisor do
    {:ok, supervisor} = Supervisor.start_link([], @supervisor_options)
    ExUnit.OnExitHandler.put_supervisor(self(), supervisor)
    supervisor
  end
end
