# JSON and durations are newer than the oldest library that these tests run on.
if Code.ensure_loaded?(JSON) do
  defmodule JSONTest.User do
    @derive {JSON.Encoder, only: [:name]}
    defstruct [:name, :password]
  end

  defmodule JSONTest do
    use ExUnit.Case, async: true

    for {row, number} <- Enum.with_index([
        {[1, -2, 2.5, nil, true, :x], ~S([1,-2,2.5,null,true,"x"])},
        {"é\"\\\n\u0001/", ~S("é\"\\\n\u0001/")},
        {%{}, "{}"},
        {[], "[]"},
        {%{1 => %{a: []}}, ~S({"1":{"a":[]}})},
        {~D[2020-01-01], ~S("2020-01-01")},
        {~U[2020-01-01 10:00:00Z], ~S("2020-01-01T10:00:00Z")},
        {struct(JSONTest.User, name: "a", password: "b"), ~S({"name":"a"})}
        ], 1) do
      test "writing, case #{number}" do
        {term, text} = unquote(Macro.escape(row))
        assert JSON.encode!(term) == text
      end
    end

    test "writing" do
      assert JSON.encode!([{1, 2}], fn
               {x, y}, encoder -> encoder.([x, y], encoder)
               other, encoder -> JSON.protocol_encode(other, encoder)
             end) == "[[1,2]]"

      assert_raise Protocol.UndefinedError, fn -> JSON.encode!({1, 2}) end
      assert_raise Protocol.UndefinedError, fn -> JSON.encode!(%URI{}) end
    end

    for {row, number} <- Enum.with_index([
        {~S( {"a": [1, -2.5e3, 1E2], "b": {}, "a": [ ]} ), %{"a" => [], "b" => %{}}},
        {~S("\u00e9\ud83d\ude00\n\/é"), "é😀\n/é"},
        {"[true,false,null]", [true, false, nil]},
        {"-0", 0}
        ], 1) do
      test "reading, case #{number}" do
        {text, term} = unquote(Macro.escape(row))
        assert JSON.decode(text) == {:ok, term}
      end
    end

    test "reading" do
      deep = String.duplicate("[", 100_000) <> String.duplicate("]", 100_000)
      assert {:ok, [_]} = JSON.decode(deep)
    end

    for {row, number} <- Enum.with_index([
        {"", {:unexpected_end, 0}},
        {"[1,", {:unexpected_end, 3}},
        {"tru", {:unexpected_end, 3}},
        {"trux", {:invalid_byte, 3, ?x}},
        {"[1 2]", {:invalid_byte, 3, ?2}},
        {"01", {:invalid_byte, 1, ?1}},
        {"1.", {:unexpected_end, 2}},
        {"{\"a\"}", {:invalid_byte, 4, ?}}},
        {"\"\n\"", {:invalid_byte, 1, ?\n}},
        {<<?", 255, ?">>, {:invalid_byte, 1, 255}},
        {~S("\x"), {:invalid_byte, 2, ?x}},
        {~S("\ud800"), {:unexpected_sequence, 1, "\\uD800"}}
        ], 1) do
      test "what is no JSON, case #{number}" do
        {text, reason} = unquote(Macro.escape(row))
        assert JSON.decode(text) == {:error, reason}
      end
    end

    test "what is no JSON" do
      assert_raise JSON.DecodeError, "invalid byte 120 at position (byte offset) 3", fn -> JSON.decode!("[1,x]") end
    end

    test "reading with functions of one's own" do
      assert JSON.decode(~S([{"a":null}]x), :acc, null: :none, object_finish: fn pairs, old -> {{:object, pairs}, old} end) ==
               {[{:object, [{"a", :none}]}], :acc, "x"}
    end
  end

  defmodule DurationTest do
    use ExUnit.Case, async: true
    doctest Duration, only: [new!: 1, add: 2, multiply: 2]

    test "shifting cuts days to the month, and goes around the clock" do
      assert Date.shift(~D[2024-01-31], month: 1) == ~D[2024-02-29]
      assert Date.shift(~D[2024-02-29], year: -1, day: 1) == ~D[2023-03-01]
      assert Time.shift(~T[23:00:00], hour: 2) == ~T[01:00:00]
      assert NaiveDateTime.shift(~N[2024-01-31 10:00:00], month: 1, hour: 20, microsecond: {5000, 3}) == ~N[2024-03-01 06:00:00.005]
      assert_raise ArgumentError, fn -> Date.shift(~D[2024-01-31], hour: 1) end
      assert_raise ArgumentError, fn -> Time.shift(~T[10:00:00], day: 1) end
      assert_raise ArgumentError, fn -> Duration.new!(fortnight: 1) end
    end
  end
end
