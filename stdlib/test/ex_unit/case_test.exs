defmodule Beamlet.ExUnit.SharedCase do
  use ExUnit.CaseTemplate

  using options do
    quote do
      def options, do: unquote(options)
    end
  end

  setup_all do
    {:ok, order: [:template_all]}
  end

  setup %{order: order} do
    %{order: [:template | order]}
  end
end

defmodule Beamlet.ExUnit.CaseTest do
  use Beamlet.ExUnit.SharedCase, async: true, extra: 1

  @moduletag :whole
  @moduletag level: 1

  setup_all %{order: order} do
    [order: [:all | order], started: self()]
  end

  setup %{order: order}, do: {:ok, %{order: [:first | order]}}
  setup :named
  setup [:named, :silent]

  defp named(%{order: order}), do: [order: [:named | order]]
  defp silent(_context), do: :ok

  test "options reach the template" do
    assert options() == [async: true, extra: 1]
  end

  test "callbacks run in their order", %{order: order} do
    assert Enum.reverse(order) == [:template_all, :all, :template, :first, :named, :named]
  end

  test "the context tells about the test", context do
    assert context.test == :"test the context tells about the test"
    assert context.module == __MODULE__
    assert context.case == __MODULE__
    assert context.line == __ENV__.line - 4
    assert context.file == __ENV__.file
    assert context.async
    assert context.test_type == :test
    assert context.describe == nil
    assert context.registered == %{}
  end

  @tag :one
  @tag two: 2, level: 2
  test "tags of the test go before those of the module", context do
    assert %{one: true, two: 2, level: 2, whole: true} = context
  end

  test "tags end with their test", context do
    refute Map.has_key?(context, :one)
    assert context.level == 1
  end

  describe "a group" do
    @describetag :grouped
    setup %{order: order}, do: [order: [:group | order]]

    test "runs its own setup last", context do
      assert hd(context.order) == :group
      assert context.grouped
      assert context.describe == "a group"
      assert context.describe_line < context.line
      assert context.test == :"test a group runs its own setup last"
    end
  end

  test "a group's setup and tags end with it", context do
    assert hd(context.order) == :named
    refute Map.has_key?(context, :grouped)
  end

  for number <- 1..3 do
    @tag number: number
    test "generated #{number}", %{number: number} do
      assert number == unquote(number)
    end
  end

  test "setup_all runs in another process that is alive", %{started: pid} do
    assert pid != self()
    assert Process.alive?(pid)
  end

  test "each test has its own process and empty mailbox" do
    refute_received _
    send(self(), :left_behind)
  end

  test "each test has its own process and empty mailbox, again" do
    refute_received _
    send(self(), :left_behind)
  end

  test "on_exit runs after the test, the latest first" do
    parent = self()
    on_exit(fn -> refute Process.alive?(parent) end)
    on_exit(:name, fn -> flunk("replaced") end)
    on_exit(:name, fn -> :ok end)
    task = Task.async(fn -> assert_raise(ArgumentError, fn -> on_exit(fn -> :ok end) end).message end)
    assert Task.await(task) == "on_exit/2 callback can only be invoked from the test process"
  end

  @tag :tmp_dir
  test "a directory of its own", %{tmp_dir: dir} do
    assert File.dir?(dir)
    assert File.ls!(dir) == []
    File.write!(Path.join(dir, "a"), "b")

    on_exit(fn ->
      File.rm_rf!(Path.dirname(dir))
      # Only if nothing else is there.
      File.rmdir("tmp")
    end)
  end

  test "started processes end with the test" do
    pid = start_supervised!({Agent, fn -> 1 end})
    assert Agent.get(pid, & &1) == 1
    assert {:error, {:duplicate_child_name, Agent}} = start_supervised({Agent, fn -> 2 end})
    assert stop_supervised(Agent) == :ok
    refute Process.alive?(pid)
    assert stop_supervised(Agent) == {:error, :not_found}

    other = start_supervised!({Agent, fn -> 2 end}, id: :other)
    on_exit(fn -> refute Process.alive?(other) end)

    linked = start_link_supervised!({Agent, fn -> 3 end}, id: :linked)
    assert {:links, links} = Process.info(self(), :links)
    assert linked in links

    assert_raise RuntimeError, ~r/could not stop child ID :none/, fn -> stop_supervised!(:none) end
    assert {:ok, supervisor} = ExUnit.fetch_test_supervisor()
    assert is_pid(supervisor)
  end

  test "what is wrong with a module of tests is said" do
    messages = [
      {~s(test "a" do end; test "a" do end), ~r/"test a" is already defined in/},
      {~s(describe "a" do end; describe "a" do end), ~r/describe "a" is already defined in/},
      {~s(describe "a" do describe "b" do end end), ~r/cannot call "describe" inside another "describe"/},
      {~s(describe :a do end), ~r/describe name must be a string, got: :a/},
      {~s(describe "a" do setup_all do :ok end end), ~r/cannot invoke setup_all/},
      {~s(@tag line: 1; test "a" do end), ~r/cannot set tag :line because it is reserved by ExUnit/},
      {~s(setup 1), ~r/expect a callback name as an atom or a list of callback names, got: 1/},
      {~s(test String.duplicate("a", 300\) do end), ~r/must be shorter than 255 characters/}
    ]

    for {{body, expected}, number} <- Enum.with_index(messages) do
      code = "defmodule Beamlet.ExUnit.Wrong#{number} do use ExUnit.Case; #{body} end"
      error = catch_error(Code.eval_string(code))
      assert Exception.message(error) =~ expected
    end
  end
end
