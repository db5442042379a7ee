defmodule ProtocolConsolidationTest do
  use ExUnit.Case
  @compile {:no_warn_undefined, [Consolidated.Strict, Consolidated.Loose]}
  import ExUnit.CaptureIO

  defprotocol InMemory do
    def call(x)
  end

  setup_all do
    dir = Path.join(System.tmp_dir!(), "consolidation-#{System.unique_integer([:positive])}-#{System.os_time()}")
    File.mkdir_p!(dir)
    source = Path.join(dir, "protocols.ex")

    File.write!(source, """
    defprotocol Consolidated.Strict do
      @doc "Sizes"
      @spec size(t) :: integer
      def size(data)
    end

    defprotocol Consolidated.Loose do
      @fallback_to_any true
      def size(data)
    end

    defimpl Consolidated.Strict, for: Integer do
      def size(_), do: 8
    end

    defimpl Consolidated.Loose, for: Any do
      def size(_), do: 0
    end
    """)

    {:ok, _, _} = Kernel.ParallelCompiler.compile_to_path([source], dir)
    Code.append_path(dir)

    on_exit(fn ->
      Code.delete_path(dir)
      File.rm_rf!(dir)
    end)

    binaries =
      for {protocol, types} <- [{Consolidated.Strict, [Any, Integer]}, {Consolidated.Loose, [Any]}], into: %{} do
        :code.purge(protocol)
        :code.delete(protocol)
        {:ok, binary} = Protocol.consolidate(protocol, types)
        {:module, _} = :code.load_binary(protocol, 'consolidated', binary)
        {protocol, binary}
      end

    {:ok, dir: dir, binaries: binaries}
  end

  test "knows its types, Any only if it falls back to it" do
    assert Protocol.consolidated?(Consolidated.Strict)
    assert Consolidated.Strict.__protocol__(:impls) == {:consolidated, [Integer]}
    assert Consolidated.Loose.__protocol__(:impls) == {:consolidated, [Any]}
    assert Consolidated.Strict.size(1) == 8
    assert Consolidated.Loose.size(1) == 0
    assert Consolidated.Strict.impl_for(:a) == nil
    message = "protocol Consolidated.Strict not implemented for :a of type Atom. This protocol is implemented for the following type(s): Integer"
    assert_raise Protocol.UndefinedError, message, fn -> Consolidated.Strict.size(:a) end
  end

  test "keeps documentation and callbacks", %{binaries: %{Consolidated.Strict => binary}} do
    assert {:ok, {Consolidated.Strict, [{'Docs', docs}]}} = :beam_lib.chunks(binary, ['Docs'])
    assert {:docs_v1, _, _, _, _, _, entries} = :erlang.binary_to_term(docs)
    assert {_, _, ["size(data)"], %{"en" => "Sizes"}, _} = List.keyfind(entries, {:function, :size, 1}, 0)
    assert {:ok, [_]} = Code.Typespec.fetch_callbacks(binary)
  end

  test "refuses what is no protocol or has no file" do
    assert Protocol.consolidate(String, []) == {:error, :not_a_protocol}
    assert Protocol.consolidate(InMemory, []) == {:error, :no_beam_info}
    refute Protocol.consolidated?(InMemory)
  end

  test "finds protocols and implementations in a directory", %{dir: dir} do
    assert Enum.sort(Protocol.extract_protocols([dir])) == [Consolidated.Loose, Consolidated.Strict]
    assert Protocol.extract_impls(Consolidated.Strict, [dir]) == [Integer]
  end

  test "warns of implementations that come too late" do
    warning =
      capture_io(:stderr, fn ->
        Code.eval_string("defimpl Consolidated.Loose, for: Float do\n  def size(_), do: 64\nend")
      end)

    assert warning =~ "the Consolidated.Loose protocol has already been consolidated, an implementation for Float has no effect"
  end
end
