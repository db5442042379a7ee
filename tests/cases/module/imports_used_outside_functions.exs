# A module may define what its body, not its functions, used of an import.
defmodule Imported do
  defmacro dispatch(a, b), do: {a, b}
  def fun(a), do: a
  defmacro __before_compile__(_), do: (quote do: (def dispatch(a, b), do: {:mine, a, b}))
end
attempt = fn n, s -> try do
  Code.eval_string(s); IO.puts("#{n} ok")
rescue e -> IO.puts("#{n} #{inspect e.__struct__} #{Exception.message(e)}") end end
attempt.(1, "defmodule A1 do\n import Imported\n dispatch 1, 2\n def dispatch(a, b), do: {a, b}\nend")
attempt.(2, "defmodule A2 do\n import Imported\n fun(1)\n def fun(a), do: a\nend")
attempt.(3, "defmodule A3 do\n import Imported\n def x, do: dispatch(1, 2)\n def dispatch(a, b), do: {a, b}\nend")
attempt.(4, "defmodule A4 do\n import Imported\n def x, do: fun(1)\n def fun(a), do: {a}\nend")
attempt.(5, "defmodule A5 do\n import Imported\n @before_compile Imported\n dispatch 1, 2\nend\nIO.inspect A5.dispatch(3, 4)")
attempt.(6, "defmodule A6 do\n import Imported\n @before_compile Imported\n def x, do: dispatch 1, 2\nend\nIO.inspect A6.dispatch(3, 4)")
attempt.(7, "defmodule A7 do\n import Imported\n def dispatch(a, b), do: {a, b}\n dispatch(1, 2)\nend")
attempt.(8, "defmodule A8 do\n import Imported\n def dispatch(a, b), do: {a, b}\n def x, do: dispatch(1, 2)\nend")
attempt.(9, "defmodule A9 do\n import Imported\n def dispatch(a, b \\\\ 1), do: {a, b}\n  dispatch(1, 2)\nend")
attempt.(10, "defmodule A10 do\n import Imported\n dispatch(1, 2)\n def dispatch(a, b \\\\ 1), do: {a, b}\nend")
attempt.(11, "defmodule A11 do\n import Imported\n dispatch(1, 2)\n def dispatch(a, b \\\\ 1)\n def dispatch(a, b), do: {a, b}\nend")
attempt.(13, "defmodule A13 do\n import Imported\n defp dispatch(a, b), do: {a, b}\n def y(x), do: x\nend")
attempt.(14, "defmodule A14 do\n import Imported\n dispatch(1, 2)\n defmacro dispatch(a, b), do: {a, b}\nend")
attempt.(15, "defmodule A15 do\n import Imported\n @x dispatch(1, 2)\n def dispatch(a, b), do: {a, b, @x}\nend")
