defmodule ProtocolFilesTest do
  use ExUnit.Case, async: true

  @source """
  defprotocol ProtocolFilesTest.Sized do
    @fallback_to_any true
    def size(x)
  end

  defimpl ProtocolFilesTest.Sized, for: [Integer, Map] do
    def size(_), do: 1
  end

  defmodule ProtocolFilesTest.Box do
    defstruct a: 1

    defimpl ProtocolFilesTest.Sized do
      def size(_), do: 2
    end
  end
  """

  setup do
    dir = Path.join(System.tmp_dir!(), "protocols-#{System.pid()}-#{System.unique_integer([:positive])}")
    File.mkdir_p!(dir)
    on_exit(fn -> File.rm_rf!(dir) end)
    {:ok, dir: dir}
  end

  test "protocols and what implements them are found in files", %{dir: dir} do
    for {module, binary} <- Code.compile_string(@source), do: File.write!(Path.join(dir, "#{module}.beam"), binary)
    sized = Module.concat(__MODULE__, Sized)
    box = Module.concat(__MODULE__, Box)
    paths = [dir, String.to_charlist(dir <> "/nowhere")]
    assert Protocol.extract_protocols(paths) == [sized]
    assert Enum.sort(Protocol.extract_impls(sized, paths)) == Enum.sort([Integer, Map, box])
    assert Protocol.extract_impls(Enumerable, paths) == []
    assert sized.module_info(:attributes)[:__protocol__] == [fallback_to_any: true]
    assert Module.concat(sized, Map).module_info(:attributes)[:__impl__] == [protocol: sized, for: Map]
  end
end
