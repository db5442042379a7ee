defmodule Beamlet.NewerTest do
  # Functions that came to the language after 1.14: where they are not there, there is nothing to test.
  use ExUnit.Case, async: true
  import Bitwise
  @moduletag skip: not function_exported?(Enum, :sum_by, 2)

  defp call(module, function, args), do: apply(module, function, args)

  test "collections" do
    assert call(Enum, :sum_by, [[1, 2], &(&1 * 2)]) == 6
    assert call(Enum, :product_by, [1..4, & &1]) == 24
    assert call(List, :ends_with?, [[1, 2, 3], [2, 3]])
    refute call(List, :ends_with?, [[], [1]])
    assert Enum.take(call(Stream, :from_index, [3]), 2) == [3, 4]
    assert Enum.take(call(Stream, :from_index, [&(&1 * 2)]), 3) == [0, 2, 4]

    assert Enum.map([2, 0, -1, 9, -9], &call(Range, :split, [1..5, &1])) ==
             [{1..2, 3..5}, {1..0//1, 1..5}, {1..4, 5..5}, {1..5, 6..5//1}, {1..0//1, 1..5}]
  end

  test "text" do
    assert call(String, :replace_invalid, [<<"a", 0xE2, 0x82, "b", 0xF0, 0x9F, 0x98, "c", 0xED, 0xA0, 0x80>>, "?"]) == "a?b?c???"
    assert call(String, :replace_invalid, [<<"asd", 0xFF>>]) == "asd\uFFFD"
    assert Enum.map(["l", "", ~r/l+/, ["h", "o"]], &call(String, :count, ["hello", &1])) == [2, 6, 1, 2]
    assert Enum.map([{0, 3}, {0, 4}, {-2, 9}, {3, 2}], fn {start, size} -> call(String, :byte_slice, ["olá", start, size]) end) == ["ol", "olá", "á", ""]
    assert call(Base, :valid64?, ["Zm9v"])
    refute call(Base, :valid16?, ["zz"])
  end

  test "access" do
    two = call(Access, :find, [&(&1.a == 2)])
    assert get_in([%{a: 1}, %{a: 2}], [two, :a]) == 2
    assert pop_in([%{a: 1}, %{a: 2}], [two]) == {%{a: 2}, [%{a: 1}]}
    assert update_in([%{a: 2}, %{a: 2}], [two, :a], &(&1 + 1)) == [%{a: 3}, %{a: 2}]
    assert update_in(%{a: 1, b: 2}, [call(Access, :values, [])], &(&1 + 1)) == %{a: 2, b: 3}
    assert get_in([a: 1, b: 2], [call(Access, :values, [])]) == [1, 2]
  end

  test "aliases of processes" do
    reference = call(Process, :alias, [])
    send(reference, :hello)
    assert_receive :hello
    assert call(Process, :unalias, [reference])
    send(reference, :lost)
    refute_receive :lost, 20
  end

  test "numbers" do
    assert for({a, b} <- [{5, 2}, {6, -4}, {-99, 2}, {0, 3}, {-7, -2}], do: call(Integer, :ceil_div, [a, b])) == [3, -1, -49, 0, 4]
    assert for(n <- [0, 1, 11, 255, 1 <<< 70], do: call(Integer, :popcount, [n])) == [0, 1, 3, 8, 1]
  end

  @tag :tmp_dir
  test "paths", %{tmp_dir: dir} do
    assert call(Path, :relative_to, ["/usr/local/foo", "/etc", [force: true]]) == "../usr/local/foo"
    assert call(Path, :relative_to, ["/usr/local/foo", "/usr/local/bar", [force: true]]) == "../foo"
    assert call(Path, :relative_to, ["/usr/local", "/usr/local", [force: true]]) == "."
    assert call(Path, :relative_to, ["/usr/local/foo", "/usr", [force: true]]) == "local/foo"
    assert call(Path, :relative_to, ["/usr/local/foo", "/etc", []]) == "/usr/local/foo"

    File.mkdir_p!(Path.join(dir, "in/side"))
    File.ln_s!("../..", Path.join(dir, "in/side/up"))
    File.ln_s!("../../..", Path.join(dir, "in/side/out"))
    File.ln_s!("/tmp", Path.join(dir, "in/root"))
    File.ln_s!("loop", Path.join(dir, "loop"))
    assert call(Path, :safe_relative, ["in/side/../x", dir]) == {:ok, "in/x"}
    assert call(Path, :safe_relative, ["in/side/up/in", dir]) == {:ok, "in/side/up/in"}
    assert call(Path, :safe_relative, ["in/side/out/x", dir]) == :error
    assert call(Path, :safe_relative, ["in/root", dir]) == :error
    assert call(Path, :safe_relative, ["loop", dir]) == :error
    assert call(Path, :safe_relative, ["../x", dir]) == :error
  end

  @tag :tmp_dir
  test "code paths", %{tmp_dir: dir} do
    [a, b] = for name <- ["a", "b"], do: Path.join(dir, name)
    Enum.each([a, b], &File.mkdir!/1)
    assert call(Code, :prepend_paths, [[a, b, Path.join(dir, "none")]]) == :ok
    assert Enum.take(:code.get_path(), 2) == [String.to_charlist(a), String.to_charlist(b)]
    assert call(Code, :delete_paths, [[a, b]]) == :ok
    assert call(Code, :append_paths, [[a, b], [cache: true]]) == :ok
    assert Enum.take(:code.get_path(), -2) == [String.to_charlist(a), String.to_charlist(b)]
    assert call(Code, :delete_paths, [[a, b]]) == :ok
    assert call(Code, :ensure_all_loaded!, [[Enum, String]]) == :ok
    error = assert_raise ArgumentError, fn -> call(Code, :ensure_all_loaded!, [[Beamlet.Nonesuch]]) end
    assert error.message =~ "Beamlet.Nonesuch"
  end

  test "locks of registries" do
    start_supervised!({Registry, keys: :unique, name: __MODULE__.Locks, partitions: 2})
    test = self()
    lock = fn key, fun -> call(Registry, :lock, [__MODULE__.Locks, key, fun]) end

    holder =
      spawn(fn ->
        lock.(:a, fn ->
          send(test, :held)
          Process.sleep(:infinity)
        end)
      end)

    assert_receive :held
    assert lock.(:b, fn -> :other end) == :other

    waiting = Task.async(fn -> lock.(:a, fn -> :mine end) end)
    gone = spawn(fn -> lock.(:a, fn -> send(test, :never) end) end)
    refute Task.yield(waiting, 20)
    Process.exit(gone, :kill)
    Process.exit(holder, :kill)
    assert Task.await(waiting) == :mine
    assert_raise RuntimeError, fn -> lock.(:a, fn -> raise "oops" end) end
    assert lock.(:a, fn -> :again end) == :again
    refute_received :never
  end
end
