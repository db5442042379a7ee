# A map pattern asks for its keys only; keys may be values computed before.
%{a: a} = %{a: 1, b: 2}
IO.inspect(a)
key = {:k, 1}
%{^key => v, "s" => s} = %{{:k, 1} => "v", "s" => 's', other: nil}
IO.inspect({v, s})

f = fn
  %{type: :circle, r: r} -> 3 * r * r
  %{type: :square, side: s} -> s * s
  %{} -> :unknown
end

IO.inspect([f.(%{type: :circle, r: 2}), f.(%{type: :square, side: 3}), f.(%{type: :line})])
