defmodule :erl_internal do
  @moduledoc """
  Erlang's `:erl_internal`: which functions and operators the Erlang language itself knows.

  Programs that look at code ask it whether a call is allowed in a guard.
  """

  @type_tests [:is_atom, :is_binary, :is_bitstring, :is_boolean, :is_float, :is_function, :is_integer] ++
                [:is_list, :is_map, :is_number, :is_pid, :is_port, :is_reference, :is_tuple]

  @old_type_tests [:atom, :binary, :float, :function, :integer, :list, :number, :pid, :port, :reference, :tuple]

  @guards [
    {0, [:node, :self]},
    {1,
     @type_tests ++
       [:abs, :bit_size, :byte_size, :ceil, :float, :floor, :hd, :length, :map_size, :node, :round] ++
       [:size, :tl, :trunc, :tuple_size]},
    {2, [:binary_part, :element, :is_function, :is_map_key, :is_record, :map_get]},
    {3, [:binary_part, :is_record]}
  ]

  # What may be called without naming the module and is no guard.
  @others [
    {0,
     [:alias, :date, :erase, :garbage_collect, :get, :get_keys, :group_leader, :halt, :is_alive, :make_ref, :nodes] ++
       [:now, :pre_loaded, :processes, :registered, :time]},
    {1,
     [:alias, :atom_to_binary, :atom_to_list, :binary_to_atom, :binary_to_existing_atom, :binary_to_float] ++
       [:binary_to_integer, :binary_to_list, :binary_to_term, :bitstring_to_list, :check_old_code, :delete_module] ++
       [:demonitor, :disconnect_node, :erase, :error, :exit, :float_to_binary, :float_to_list, :garbage_collect] ++
       [:get, :get_keys, :halt, :integer_to_binary, :integer_to_list, :iolist_size, :iolist_to_binary] ++
       [:is_process_alive, :link, :list_to_atom, :list_to_binary, :list_to_bitstring, :list_to_existing_atom] ++
       [:list_to_float, :list_to_integer, :list_to_pid, :list_to_port, :list_to_ref, :list_to_tuple, :module_loaded] ++
       [:nodes, :pid_to_list, :port_close, :port_to_list, :process_info, :purge_module, :ref_to_list, :spawn] ++
       [:spawn_link, :spawn_monitor, :spawn_request, :spawn_request_abandon, :statistics, :term_to_binary] ++
       [:term_to_iovec, :throw, :tuple_to_list, :unalias, :unlink, :unregister, :whereis]},
    {2,
     [:apply, :atom_to_binary, :binary_to_atom, :binary_to_existing_atom, :binary_to_integer, :binary_to_term] ++
       [:check_process_code, :demonitor, :error, :exit, :float_to_binary, :float_to_list, :garbage_collect] ++
       [:group_leader, :halt, :integer_to_binary, :integer_to_list, :list_to_integer, :load_module, :max, :min] ++
       [:monitor, :monitor_node, :nodes, :open_port, :port_command, :port_connect, :process_flag, :process_info] ++
       [:put, :register, :spawn, :spawn_link, :spawn_monitor, :spawn_opt, :spawn_request, :split_binary] ++
       [:term_to_binary, :term_to_iovec]},
    {3,
     [:apply, :binary_to_list, :check_process_code, :error, :monitor, :port_command, :port_control, :process_flag] ++
       [:setelement, :spawn, :spawn_link, :spawn_monitor, :spawn_opt, :spawn_request]},
    {4, [:spawn, :spawn_link, :spawn_monitor, :spawn_opt, :spawn_request]}
  ]

  @operators [
    arith: [{1, [:+, :-, :bnot]}, {2, [:+, :-, :*, :/, :div, :rem, :band, :bor, :bxor, :bsl, :bsr]}],
    bool: [{1, [:not]}, {2, [:and, :or, :xor]}],
    comp: [{2, [:==, :"/=", :"=<", :<, :>=, :>, :"=:=", :"=/="]}],
    list: [{2, [:++, :--]}],
    send: [{2, [:!]}]
  ]

  @doc """
  Tells whether Erlang allows the function in guards.

  ## Examples

      iex> :erl_internal.guard_bif(:is_list, 1)
      true
      iex> :erl_internal.guard_bif(:put, 2)
      false
  """
  @spec guard_bif(atom, arity) :: boolean
  for {arity, names} <- @guards, name <- names do
    def guard_bif(unquote(name), unquote(arity)), do: true
  end

  def guard_bif(name, arity) when is_atom(name) and is_integer(arity), do: false

  @doc "Tells whether the function is one of Erlang's that need no module's name."
  @spec bif(atom, arity) :: boolean
  for {arity, names} <- @others, name <- names do
    def bif(unquote(name), unquote(arity)), do: true
  end

  def bif(name, arity) when is_atom(name) and is_integer(arity), do: guard_bif(name, arity)

  @doc "As `bif/2`, for a call that names its module."
  @spec bif(module, atom, arity) :: boolean
  def bif(:erlang, name, arity), do: bif(name, arity)
  def bif(_module, _name, _arity), do: false

  @doc "Tells whether the function tests a type, under its name of today or its former one."
  @spec type_test(atom, arity) :: boolean
  def type_test(name, arity), do: new_type_test(name, arity) or old_type_test(name, arity)

  @doc "Tells whether the function tests a type."
  @spec new_type_test(atom, arity) :: boolean
  def new_type_test(name, 1) when name in @type_tests, do: true
  def new_type_test(:is_function, 2), do: true
  def new_type_test(:is_record, arity) when arity in 2..3, do: true
  def new_type_test(name, arity) when is_atom(name) and is_integer(arity), do: false

  @doc "Tells whether the function was a test of a type before these were called `is_…`."
  @spec old_type_test(atom, arity) :: boolean
  def old_type_test(name, 1) when name in @old_type_tests, do: true
  def old_type_test(:record, 2), do: true
  def old_type_test(name, arity) when is_atom(name) and is_integer(arity), do: false

  @doc """
  Names the group an operator belongs to; raises for what is none.

  ## Examples

      iex> :erl_internal.op_type(:++, 2)
      :list
  """
  @spec op_type(atom, arity) :: :arith | :bool | :comp | :list | :send
  for {type, arities} <- @operators, {arity, names} <- arities, name <- names do
    def op_type(unquote(name), unquote(arity)), do: unquote(type)
  end

  for {type, arities} <- @operators, function = :"#{type}_op" do
    @doc "Tells whether the operator belongs to the group `:#{type}`."
    @spec unquote(function)(atom, arity) :: boolean
    for {arity, names} <- arities do
      def unquote(function)(name, unquote(arity)) when name in unquote(names), do: true
    end

    def unquote(function)(name, arity) when is_atom(name) and is_integer(arity), do: false
  end
end
