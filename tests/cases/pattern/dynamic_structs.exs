# `%name{}` matches structs only: what names them is an atom.
defmodule User do
  defstruct [:name]
end

defmodule Match do
  def name(%module{}), do: module
  def name(%_{} = other), do: other
  def name(other), do: {:none, other}
  def guarded(%module{} = x) when module == User, do: {:user, x.name}
  def guarded(%module{}) when module == Range when module == MapSet, do: {:set, module}
  def guarded(_), do: :other
end

defmodule Run do
  def run do
    for value <- [%User{name: "a"}, 1..2, MapSet.new(), %{__struct__: "no"}, %{}, [], %{__struct__: 1}] do
      IO.inspect({Match.name(value), Match.guarded(value)})
    end

    IO.inspect(for(%module{} <- [1..2, %{}, %{__struct__: 1}, %User{}], do: module))
    IO.inspect(with(%module{} <- %{__struct__: 1}, do: module))

    try do
      %module{} = %{__struct__: "x", a: 1}
      module
    rescue
      e -> IO.puts(Exception.message(e))
    end

    IO.inspect(%module{} = 1..2)
    IO.inspect(module)

    try do
      case %{a: 1} do
        %m{} -> m
      end
    rescue
      e in CaseClauseError -> IO.puts(Exception.message(e))
    end

    name = User
    IO.inspect(match?(%^name{}, %User{}))
    IO.inspect(match?(%^name{}, 1..2))
    IO.inspect((fn %m{first: f} -> {m, f} end).(3..4))
  end
end

Run.run()
