# Typespecs that make no sense do not compile.
try_body = fn body ->
  try do
    Code.compile_string("defmodule T do\n#{body}\nend")
    IO.puts("compiles: #{inspect(body)}")
  rescue
    e -> IO.puts("#{inspect(e.__struct__)}: #{e |> Exception.message() |> String.split("\n") |> hd() |> String.slice(0, 110)}")
  after
    :code.purge(T)
    :code.delete(T)
  end
end

for body <- [
      "@type a = 1",
      "@type a :: \"text\"",
      "@spec \"no\"",
      "@spec 1 :: 2",
      "@type a :: b",
      "@type a :: b(atom)",
      "@spec f(b) :: 1\ndef f(x), do: x",
      "@type a :: __MODULE__.b()",
      "@type a :: 1\n@type a :: 2",
      "@type a(x) :: 1",
      "@type a(_x) :: 1",
      "@type a(_) :: 1",
      "@spec f(x, 1) :: 2 when x: var\ndef f(x, _), do: x",
      "@spec f(integer)\ndef f(x), do: x",
      "@spec f :: 1",
      "@callback f(x \\\\ 1) :: 2",
      "@optional_callbacks f: 1",
      "@optional_callbacks :f",
      "@callback f(1) :: 1\n@optional_callbacks f: 1, f: 1",
      "@type a :: <<_::3*8>>",
      "@type a :: <<_::3, _::_*257>>",
      "@type a :: atom..10",
      "@type a :: %{atom | binary => 1}",
      "@type a :: %T{}",
      "@type a :: %Nowhere{}",
      "defstruct [:x]\n@type a :: %T{y: 1}",
      "@type list :: 1",
      "@type struct :: 1",
      "@type required(x) :: x",
      "@type a :: record(:nothing, [])",
      "@type a(1) :: 2",
      "@foo \"bar\"\n@type a :: @foo.t",
      "@foo String\n@type a :: @foo.t",
      "@type a :: [atom, integer]",
      "def f, do: 1\n@spec f() :: String.t | Nowhere.t",
      "@type a(x) :: {x, [x]}\n@type b :: a(1)"
    ] do
  try_body.(body)
end
