defmodule Function do
  @moduledoc """
  Functions about functions.
  """

  @type information :: :arity | :env | :index | :module | :name | :new_index | :new_uniq | :pid | :type | :uniq

  @doc "Returns a function value for a function of a module."
  @spec capture(module, atom, arity) :: fun
  def capture(module, function_name, arity), do: :erlang.make_fun(module, function_name, arity)

  @doc "Lists what is known about a function value."
  @spec info(fun) :: [{information, term}]
  def info(fun), do: :erlang.fun_info(fun)

  @doc "Returns one item of what is known about a function value."
  @spec info(fun, item) :: {item, term} when item: information
  def info(fun, item), do: :erlang.fun_info(fun, item)

  @doc "Returns its argument."
  @spec identity(value) :: value when value: var
  def identity(value), do: value
end
