defmodule BinaryErrorsTest do
  use ExUnit.Case, async: true

  # Which arguments are wrong, and why, in OTP's words.
  for {function, args, problems} <- [
        {:at, ["abc", :a], "  * 2nd argument: not an integer\n"},
        {:at, ["abc", -1], "  * 2nd argument: out of range\n"},
        {:part, ["abc", :a], "  * 2nd argument: not a valid {Pos,Length} tuple\n"},
        {:part, ["abc", {0, 5}], "  * 2nd argument: out of range\n"},
        {:part, [:a, 1, :b], "  * 1st argument: not a binary\n  * 3rd argument: not an integer\n"},
        {:bin_to_list, ["abc", -1, :b], "  * 2nd argument: out of range\n  * 3rd argument: not an integer\n"},
        {:copy, [:a, -1], "  * 1st argument: not a binary\n  * 2nd argument: out of range\n"},
        {:copy, [:a, 1], "  * 1st argument: not a binary\n"},
        {:encode_unsigned, [-1, :no], "  * 1st argument: out of range\n  * 2nd argument: must be 'big' or 'little'\n"},
        {:decode_unsigned, ["a", :no], "  * 2nd argument: must be 'big' or 'little'\n"},
        {:longest_common_prefix, [:a], "  * 1st argument: not a flat list of binaries\n"},
        {:list_to_bin, [5], "  * 1st argument: not an iodata term\n"}
      ] do
    test "#{function} with #{inspect(args)}" do
      error = assert_raise ArgumentError, fn -> apply(:binary, unquote(function), unquote(Macro.escape(args))) end
      assert error.message == "errors were found at the given arguments:\n\n" <> unquote(problems)
    end
  end
end
