# Compressed data, base 64, and lists of properties.
for source <- File.read!(__ENV__.file) |> String.split("\n# expressions\n") |> List.last() |> String.split("\n", trim: true) do
  expression = String.trim_leading(source, "# ")

  result =
    try do
      {value, _} = Code.eval_string(expression)
      inspect(value, limit: :infinity, printable_limit: :infinity, width: 200)
    rescue
      error -> "** " <> inspect(error.__struct__) <> " " <> (error |> Exception.message() |> String.split("\n") |> hd())
    end

  IO.puts(expression <> "\n  " <> result)
end

# expressions
# :zlib.compress("hello hello hello") |> :zlib.uncompress
# :zlib.zip("hello hello hello") |> :zlib.unzip
# :zlib.gzip("hello hello hello") |> :zlib.gunzip
# :zlib.uncompress("garbage")
# :zlib.gunzip("garbage")
# :zlib.unzip("x")
# :zlib.compress("")
# :zlib.gzip(["a", 'bc', [?d]]) |> :zlib.gunzip
# :zlib.compress("hello world") |> Base.encode16
# :zlib.gzip("hello world") |> Base.encode16
# :zlib.zip("hello world") |> Base.encode16
# (fn -> z = :zlib.open(); :ok = :zlib.deflateInit(z); a = :zlib.deflate(z, "hello ", :none); b = :zlib.deflate(z, "world", :finish); r = :zlib.deflateEnd(z); :zlib.close(z); {r, :zlib.uncompress(:erlang.iolist_to_binary([a,b]))} end).()
# (fn -> z = :zlib.open(); :ok = :zlib.inflateInit(z); a = :zlib.inflate(z, :zlib.compress("hello world")); r = :zlib.inflateEnd(z); {a, r, :zlib.close(z)} end).()
# (fn -> z = :zlib.open(); :ok = :zlib.inflateInit(z, 31); a = :zlib.inflate(z, :zlib.gzip("hello world")); {a, :zlib.inflateEnd(z)} end).()
# (fn -> z = :zlib.open(); :ok = :zlib.inflateInit(z, -15); a = :zlib.inflate(z, :zlib.zip("hello world")); {a, :zlib.inflateEnd(z)} end).()
# (fn -> z = :zlib.open(); :ok = :zlib.deflateInit(z, :default, :deflated, -15, 8, :default); a = :zlib.deflate(z, "hello", :sync); b = :zlib.deflate(z, [], :finish); {:zlib.unzip(:erlang.iolist_to_binary([a,b])), is_list(a)} end).()
# (fn -> z = :zlib.open(); :zlib.deflate(z, "x") end).()
# (fn -> z = :zlib.open(); :zlib.close(z); :zlib.close(z) end).()
# (fn -> z = :zlib.open(); :zlib.inflateInit(z); :zlib.inflate(z, "garbage") end).()
# (fn -> z = :zlib.open(); :zlib.deflateInit(z, 9); :zlib.deflateInit(z, 9) end).()
# (fn -> z = :zlib.open(); :zlib.inflateInit(z); d = :zlib.compress("abc"); :zlib.safeInflate(z, d) end).()
# (fn -> z = :zlib.open(); :zlib.inflateInit(z); d = :zlib.compress("abcdef"); a = :zlib.inflate(z, binary_part(d, 0, 5)); {a, :zlib.inflateEnd(z)} end).()
# :zlib.deflateInit(:a)
# :zlib.compress(:a)
# (fn -> z = :zlib.open(); :zlib.adler32(z, "abc") end).()
# Base.decode64!("H4sIAAAAAAAAA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA==") |> :zlib.gunzip
# (fn -> z = :zlib.open(); :ok = :zlib.deflateInit(z, :best_compression); r = :zlib.deflate(z, String.duplicate("x", 100), :full); :zlib.deflateReset(z); {is_list(r), :zlib.deflate(z, "a", :finish) |> :erlang.iolist_to_binary |> :zlib.uncompress} end).()
# :base64.encode("hello")
# :base64.encode('hello')
# :base64.encode_to_string("hello?>")
# :base64.decode("aGVsbG8=")
# :base64.decode('aGVsbG8=')
# :base64.decode("aGVs bG8=\n")
# :base64.decode_to_string("aGVsbG8=")
# :base64.decode("")
# :base64.mime_decode("aGV*sbG8=")
# :base64.mime_decode_to_string("aGVsbG8=")
# :base64.encode(:a)
# :proplists.expand([{:a, [:b, :c]}], [:x, :a])
# :proplists.expand([{{:a, 1}, [:b]}], [{:a, 1}, :z])
# :proplists.normalize([:a, :no_b, {:c, 1}], [{:negations, [{:no_b, :b}]}, {:aliases, [{:c, :d}]}, {:expand, [{:a, [:q, :r]}]}])
# :proplists.split([:a, {:b, 1}, :c, {:a, 2}], [:a, :b])
# :proplists.substitute_aliases([{:a, :b}], [:a, {:a, 1}, :c])
# :proplists.substitute_negations([{:no_a, :a}], [:no_a, {:no_a, false}, {:no_a, :x}, :c])
# :proplists.append_values(:a, [{:a, [1, 2]}, {:b, 0}, {:a, 3}, :a])
# :proplists.property(:a)
# :proplists.property({:a, true})
# :proplists.property({:a, 1})
# :proplists.property(:a, true)
# :proplists.property("a", true)
# :proplists.unfold([:a, {:b, 1}, "c"])
# :proplists.compact([{:a, true}, {:b, 1}, {"c", true}])
# :proplists.get_all_values(:a, [:a, {:a, 1}, {:a, 2, 3}])
# :proplists.get_keys([:a, {:b, 1}, {:c, 1, 2}, "x", :a])
# :proplists.lookup(:a, [{:a, 1, 2}, :a])
# :proplists.lookup_all(:a, [{:a, 1, 2}, :a, :b])
# :proplists.get_value(:a, [{:a, 1, 2}, :a, :b])
# :proplists.get_bool(:a, [:a])
# :proplists.get_bool(:a, [{:a, 1}])
# :proplists.is_defined(:a, [{:a}])
# :proplists.delete(:a, [:a, {:a, 1}, :b, {:a}])
# :proplists.to_map([:a, {:b, 1}, {:a, 2}])
# :proplists.to_map([:a, {:b, 1}], [{:expand, [{:a, [:c]}]}])
# :proplists.from_map(%{a: 1, b: true})
# :proplists.get_value(1, [{1.0, 2}])
# :proplists.get_value(:a, :b)
# :proplists.get_value(:a, [1|2])
