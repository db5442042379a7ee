# Modules whose documentation is read from files, as that of other modules is.
directory = Path.join(System.tmp_dir!(), "doctest-fences-#{System.unique_integer([:positive])}-#{System.pid()}")
File.mkdir_p!(directory)
Code.prepend_path(directory)
System.at_exit(fn _ -> File.rm_rf!(directory) end)
docs? = Code.get_compiler_option(:docs)
Code.put_compiler_option(:docs, true)

source = """
defmodule FencedDocs do
  @moduledoc \"\"\"
  ```
  iex> 1 + 1
  2
  ```

  ```elixir
      iex> [1,
      ...>  2]
      [1, 2]
  ```

  ~~~
  iex> :a
  :a
  ~~~

      iex(1)> x = 1
      iex(2)> x
      1
  \"\"\"

  @doc \"\"\"
  Raises.

      iex> FencedDocs.no()
      ** (RuntimeError) a message
      of two lines
  \"\"\"
  def no, do: raise("a message\\nof two lines")

  @doc \"\"\"
      iex> FencedDocs.pair()
      {1,
       2}
      iex> elem(FencedDocs.pair(), 0)
      1
  \"\"\"
  def pair, do: {1, 2}

  @doc \"\"\"
  What is expected ends before a line that is not as deep, and lines are counted from the first of the test.

      iex> x = __ENV__.line
      iex> __ENV__.line - x
      1
      iex> x == __ENV__.line
      true
      iex> max(
      ...>   1, 2)
      2
    2
  \"\"\"
  def lines, do: 1
end
"""

for {module, code} <- Code.compile_string(source, Path.join(directory, "fenced.ex")) do
  File.write!(Path.join(directory, "#{module}.beam"), code)
end

Code.put_compiler_option(:docs, docs?)

defmodule FencesTest do
  use ExUnit.Case, async: true
  doctest FencedDocs

  test "all of them are examples" do
    assert for(%{tags: %{test_type: :doctest}} <- __ex_unit__().tests, do: 1) |> length() == 7
  end
end
