defmodule BaseOwnTest do
  use ExUnit.Case, async: true

  # Every length around the groups that are taken at once.
  for size <- 0..21 do
    test "#{size} bytes come back from every encoding" do
      data = for index <- 1..unquote(size)//1, into: "", do: <<rem(index * 83 + 7, 256)>>

      for kind <- [:upper, :lower] do
        assert data |> Base.encode16(case: kind) |> Base.decode16!(case: kind) == data
        assert data |> Base.encode16(case: kind) |> Base.decode16!(case: :mixed) == data

        for padding <- [true, false] do
          options = [case: kind, padding: padding]
          assert data |> Base.encode32(options) |> Base.decode32!(options) == data
          assert data |> Base.hex_encode32(options) |> Base.hex_decode32!(options) == data
          assert data |> Base.hex_encode32(options) |> Base.hex_decode32!(case: :mixed, padding: padding) == data
        end
      end

      for padding <- [true, false] do
        assert data |> Base.encode64(padding: padding) |> Base.decode64!(padding: padding) == data
        assert data |> Base.url_encode64(padding: padding) |> Base.url_decode64!(padding: padding) == data
      end
    end
  end

  for {row, number} <- Enum.with_index([
      {:encode16, ["foobar", []], "666F6F626172"},
      {:encode16, [<<0, 15, 240, 255>>, [case: :lower]], "000ff0ff"},
      {:encode32, ["foobar", []], "MZXW6YTBOI======"},
      {:encode32, ["foob", [padding: false, case: :lower]], "mzxw6yq"},
      {:hex_encode32, ["foobar", []], "CPNMUOJ1E8======"},
      {:encode64, ["foobar", []], "Zm9vYmFy"},
      {:encode64, [<<255, 254, 253, 252>>, []], "//79/A=="},
      {:url_encode64, [<<255, 254, 253, 252>>, [padding: false]], "__79_A"},
      {:decode16, ["666f", []], :error},
      {:decode16, ["666f", [case: :mixed]], {:ok, "fo"}},
      {:decode16, ["666", []], :error},
      {:decode64, ["Zm9v\nYmFy", []], :error},
      {:decode64, [" Zm9v\n\tYmFy\r\n", [ignore: :whitespace]], {:ok, "foobar"}},
      {:decode64, ["Zm8", []], :error},
      {:decode64, ["Zm8", [padding: false]], {:ok, "fo"}},
      {:decode64, ["Zm8=", [padding: false]], {:ok, "fo"}},
      {:decode64, ["_w==", []], :error},
      {:url_decode64, ["_w==", []], {:ok, <<255>>}},
      {:decode32, ["MZXW6===", []], {:ok, "foo"}},
      {:decode32, ["mzxw6===", []], :error},
      {:decode32, ["MZXW6", [padding: false]], {:ok, "foo"}},
      {:hex_decode32, ["cpnmu===", [case: :lower]], {:ok, "foo"}}
      ], 1) do
    test "known answers, case #{number}" do
      {function, arguments, result} = unquote(Macro.escape(row))
      assert apply(Base, function, arguments) == result
    end
  end

  for {row, number} <- Enum.with_index([
      {:decode16!, "66KF", "non-alphabet character found: \"K\" (byte 75)"},
      {:decode16!, "666",
       "string given to decode has wrong length. An even number of bytes was expected, got: 3. Double check your string for unwanted characters or pad it accordingly"},
      {:decode64!, "Zm9vYmF)", "non-alphabet character found: \")\" (byte 41)"},
      {:decode64!, "Zm9vZm9vYm)yZm9v", "non-alphabet character found: \")\" (byte 41)"},
      {:decode64!, "Zm9vY", "incorrect padding"},
      {:decode64!, "=AAAA", "incorrect padding"},
      {:decode64!, "AAA=AAAAA", "non-alphabet character found: \"=\" (byte 61)"},
      {:decode64!, "A===", "non-alphabet character found: \"=\" (byte 61)"},
      {:url_decode64!, "/a/b/c.ex", "non-alphabet character found: \"/\" (byte 47)"},
      {:decode32!, "A=AAAAAAA", "non-alphabet character found: \"=\" (byte 61)"},
      {:decode32!, "AAA=====", "non-alphabet character found: \"=\" (byte 61)"},
      {:decode64!, "Zm9vYm\0y", "non-alphabet character found: \"\\0\" (byte 0)"},
      {:decode32!, "MZXW6YT1MZXW6YTB", "non-alphabet character found: \"1\" (byte 49)"},
      {:decode32!, "MZXW", "incorrect padding"},
      {:hex_decode32!, "CPNMUOJZCPNMUOJ1", "non-alphabet character found: \"Z\" (byte 90)"}
      ], 1) do
    test "what cannot be decoded, case #{number}" do
      {function, text, message} = unquote(Macro.escape(row))
      assert_raise ArgumentError, message, fn -> apply(Base, function, [text]) end
    end
  end
end
