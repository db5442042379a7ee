defmodule Beamlet.InspectLayoutTest do
  use ExUnit.Case, async: true

  defmodule Bag do
    defstruct [:items]

    defimpl Inspect do
      import Inspect.Algebra
      def inspect(bag, opts), do: container_doc("#Bag<", bag.items, ">", opts, &to_doc/2, separator: ";", break: :flex)
    end
  end

  test "a container with a long opening is indented by one" do
    assert inspect(%Bag{items: [:aaaaaaaa, :bbbbbbbb]}, width: 10, pretty: true) == "#Bag<:aaaaaaaa;\n :bbbbbbbb>"
  end

  test "binaries are indented by two" do
    assert inspect(<<255, 254, 253, 252>>, width: 12, pretty: true) == "<<255, 254,\n  253, 252>>"
    assert inspect({<<255, 1>>}, syntax_colors: [binary: :red]) == "{\e[31m<<\e[0m255, 1\e[31m>>\e[0m}"
  end

  test "an improper tail breaks like the elements before it" do
    assert inspect([%{aaaaaaa: 1, bbbbbbb: 2} | 3], width: 15, pretty: true) == "[\n  %{\n    aaaaaaa: 1,\n    bbbbbbb: 2\n  } |\n  3\n]"
    assert inspect([:aaaaaaa | :bbbbbbb], width: 15, pretty: true) == "[:aaaaaaa |\n :bbbbbbb]"
    assert_raise ArgumentError, ~r/got:\n\n\[:a \| 2\]/, fn -> inspect([:a | 2], charlists: :as_charlists) end
  end

  test "the limit of characters" do
    assert inspect("\#{x}y", printable_limit: 3) == ~S("\#{x}" <> ...)
    assert inspect(Version.parse_requirement!("~> 1.0"), printable_limit: 2, base: :hex) == ~s[Version.parse_requirement!("~> 1.0")]
  end

  test "what must not fit begins a line behind a flex break" do
    import Inspect.Algebra
    print = fn docs -> docs |> concat() |> group() |> format(80) |> IO.iodata_to_binary() end

    for forced <- [force_unfit("a"), force_unfit(concat(["a", break(), "b"])), force_unfit(concat(["a", line(), "b"]))] do
      assert print.(["1,", flex_break(), forced]) =~ "1,\na"
      assert print.(["1,", flex_break(), next_break_fits(forced)]) =~ ~r/\A1,[ \n]a/
    end
  end
end
