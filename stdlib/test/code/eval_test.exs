defmodule CodeEvalTest do
  use ExUnit.Case, async: true

  test "what is bound comes back, the last name first" do
    assert Code.eval_string("x = 1; b = 2; {a, c} = {m, 2}; zz = 1; {a, b, c, x, zz}", m: 1) ==
             {{1, 2, 2, 1, 1}, [zz: 1, x: 1, m: 1, c: 2, b: 2, a: 1]}

    code =
      quote do
        var!(a) = 1
        b = 2
        b
      end

    assert Code.eval_quoted(code) == {2, [{{:b, CodeEvalTest}, 2}, {:a, 1}]}
  end

  test "of two values for a name the last counts" do
    assert Code.eval_string("x", x: 1, x: 2) == {2, [x: 2]}
  end
end
