defmodule Mixed do
  @callback run(term) :: term
  @callback extra(term) :: term
  @callback extra(term, term) :: term
  @macrocallback mac(term) :: Macro.t()
  @macrocallback zip(term) :: Macro.t()
  @optional_callbacks extra: 1, mac: 1
end

IO.inspect(Mixed.behaviour_info(:callbacks))
IO.inspect(Mixed.behaviour_info(:optional_callbacks))
IO.inspect(GenServer.behaviour_info(:callbacks))
IO.inspect(~R(x#{1}#a#/))
IO.inspect(~r(x\#{1}#a\/))
map = for n <- 1..20, into: %{}, do: {n, "value #{n}"}

for fun <- [fn -> Map.fetch!(map, :a) end, fn -> map.a end, fn -> Keyword.fetch!([a: map], :b) end] do
  try do
    fun.()
  rescue
    error in KeyError -> IO.puts(Exception.message(error))
  end
end

for text <- ["a-b", "FooBAR1Baz", "ÉaÉ", "HTTPServer.V2", "foo_Bar", "10Foo", "é_x"],
    do: IO.inspect({text, Macro.underscore(text), Macro.camelize(text)})

# A local call shows its name as it is, also where no source could write it.
IO.puts(Macro.to_string({:"foo-bar", [], [1]}))
