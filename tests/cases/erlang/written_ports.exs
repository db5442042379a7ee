# A port can be written down, whether anybody has opened it or not.
for text <- ["#Port<0.99999>", "#Port<00.01>", "#Port<0.268435455>", "#Port<0.268435456>", "#Port<1.9>", "#Port<0.9", "#Port<0.>", "#Port<0.+1>", "#Port<0.1>x", "port"] do
  shown =
    try do
      :erlang.list_to_port(String.to_charlist(text))
    rescue
      e -> e.__struct__
    end

  IO.inspect({text, shown})
end

port = :erlang.list_to_port('#Port<0.7777>')
IO.inspect({is_port(port), port == :erlang.list_to_port('#Port<0.7777>'), :erlang.port_info(port), Port.info(port)})
Port.monitor(port)

receive do
  {:DOWN, _, kind, object, reason} -> IO.inspect({kind, object, reason})
end

IO.inspect(match?({:ok, _}, {:ok, send(self(), port)}))
IO.inspect(try do Port.close(port) rescue e -> e.__struct__ end)
IO.inspect(try do Port.command(port, "x") rescue e -> e.__struct__ end)

# In patterns a list in front of ++ may be written as a sigil.
~c"#Port<" ++ rest = '#Port<0.1>'
IO.inspect(rest)
