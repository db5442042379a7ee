defmodule BlameTest do
  use ExUnit.Case, async: true

  @source ~S"""
  defmodule BlameTest.Sample do
    def many(1), do: 1
    def many(2), do: 2
    def many(%{a: x}) when x > 1 when is_atom(x), do: x
    def same(x, x, [h | _], "a" <> rest) when h == 1 and rest in ["b", "c"], do: x
    defp private(x) when is_integer(x) or is_struct(x, URI) or is_struct(x), do: x
    def call_private(x), do: private(x)
    def eleven(0), do: 0
    for n <- 1..11, do: def(eleven(unquote(n)), do: unquote(n))
    defmacro mac(1), do: 1
    defguardp is_format(x) when x in [:basic, :extended]
    defguardp is_even_format(x, n) when is_format(x) and rem(n, 2) == 0
    def guarded(x, n) when is_even_format(x, n), do: n
  end
  """

  setup_all do
    path = Path.join(System.tmp_dir!(), "blame_test_#{System.pid()}_#{System.unique_integer([:positive])}")
    File.mkdir_p!(path)
    file = Path.join(path, "sample.ex")
    File.write!(file, @source)
    {:ok, [BlameTest.Sample], []} = Kernel.ParallelCompiler.compile_to_path([file], path)
    Code.prepend_path(path)
    :code.purge(BlameTest.Sample)
    :code.delete(BlameTest.Sample)

    on_exit(fn ->
      Code.delete_path(path)
      File.rm_rf!(path)
    end)
  end

  defp message(function, args) do
    apply(BlameTest.Sample, function, args)
  rescue
    error ->
      {error, _} = Exception.blame(:error, error, __STACKTRACE__)
      Exception.message(error)
  end

  test "the clauses that were tried follow the arguments" do
    assert message(:many, [%{a: 0}]) == """
           no function clause matching in BlameTest.Sample.many/1

           The following arguments were given to BlameTest.Sample.many/1:

               # 1
               %{a: 0}

           Attempted function clauses (showing 3 out of 3):

               def many(-1-)
               def many(-2-)
               def many(%{a: x}) when -x > 1- when -is_atom(x)-
           """
  end

  test "variables stand for the same in all parameters, and operands of guards for themselves" do
    assert message(:same, [1, 2, [3], "ab"]) =~
             ~s{def same(x, -x-, [h | _], <<"a", rest::binary>>) when -h == 1- and rest === "b" or -rest === "c"-\n}

    assert message(:same, [1, 2, :no, "b"]) =~
             ~s{def same(x, -x-, -[h | _]-, -<<"a", rest::binary>>-) when -h == 1- and -rest === "b"- or -rest === "c"-\n}
  end

  test "private functions and guards that are macros" do
    assert message(:call_private, ["a"]) =~ "    defp private(x) when -is_integer(x)- or -is_struct(x, URI)- or -is_struct(x)-\n"
  end

  test "guards that only the module knows are shown as what they are" do
    assert message(:guarded, [:basic, 1]) =~
             "    def guarded(x, n) when x === :basic or -x === :extended- and -rem(n, 2) == 0-\n"
  end

  test "clauses of the library" do
    shown = fn fun ->
      try do
        fun.()
      rescue
        error ->
          {error, _} = Exception.blame(:error, error, __STACKTRACE__)
          error |> Exception.message() |> String.split("\n") |> Enum.filter(&(&1 =~ ~r/^    defp? |^Attempted/))
      end
    end

    assert shown.(fn -> Keyword.get(:no, "key") end) == [
             "Attempted function clauses (showing 1 out of 1):",
             "    def get(keywords, key, default) when -is_list(keywords)- and -is_atom(key)-"
           ]

    assert shown.(fn -> Enum.chunk_every([1], 0) end) == [
             "Attempted function clauses (showing 1 out of 1):",
             "    def chunk_every(enumerable, count, step, leftover) when is_integer(count) and -count > 0- and is_integer(step) and -step > 0-"
           ]

    # Erlang's modules do not tell.
    assert shown.(fn -> :lists.flatten(:no) end) == []
  end

  test "ten clauses are enough" do
    assert message(:eleven, [:none]) =~ "(showing 10 out of 12):\n\n    def eleven(-0-)\n"
    assert message(:eleven, [:none]) =~ "    def eleven(-9-)\n    ...\n    (2 clauses not shown)\n"
  end

  test "what is deprecated is offered under its own name only" do
    undefined = fn module, function, args ->
      error = assert_raise UndefinedFunctionError, fn -> apply(module, function, args) end
      {error, _} = Exception.blame(:error, error, [{module, function, args, []}])
      Exception.message(error)
    end

    assert undefined.(Map, :size, [1, 2]) =~ "Did you mean:\n\n      * size/1\n"
    refute undefined.(Map, :siz, [1]) =~ "Did you mean"
    assert undefined.(String, :strip, []) =~ "      * strip/1\n      * strip/2\n"
  end

  test "by name" do
    assert {:ok, :def, [{[%{match?: true, node: 1}], []}, {[%{match?: false, node: 2}], []}, {_, [_, _]}]} =
             Exception.blame_mfa(BlameTest.Sample, :many, [1])

    assert Exception.blame_mfa(BlameTest.Sample, :many, [1, 2]) == :error
    assert Exception.blame_mfa(Nowhere.Atall, :many, [1]) == :error
  end
end
