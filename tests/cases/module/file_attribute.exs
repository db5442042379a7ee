# `@file` names the file of one definition; `location: :keep` that of the quoted code.
defmodule Keep do
  defmacro __using__(_) do
    quote location: :keep do
      def kept(x), do: :erlang.hd(x)
    end
  end
end

defmodule Files do
  use Keep
  @file "other.ex"
  def named(x) do
    :erlang.hd(x)
  end

  def plain(x) do
    :erlang.hd(x)
  end

  @file {"third.ex", 9}
  def placed(x), do: :erlang.hd(x)
  def env, do: Path.basename(__ENV__.file)
  @file "env.ex"
  def changed, do: Path.basename(__ENV__.file)
end

for name <- [:kept, :named, :plain, :placed] do
  try do
    {apply(Files, name, [[]]), :no}
  rescue
    _ ->
      {_, _, _, place} = Enum.find(__STACKTRACE__, &(elem(&1, 0) == Files))
      IO.inspect({name, Path.basename(List.to_string(place[:file])), place[:line]})
  end
end

IO.inspect({Files.env(), Files.changed()})
