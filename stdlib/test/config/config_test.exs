defmodule ConfigOwnTest do
  use ExUnit.Case, async: true
  doctest Config.Reader

  defp eval(text, opts \\ []), do: Config.Reader.eval!("config.exs", "import Config\n" <> text, opts)

  test "keyword lists merge deeply, everything else is replaced" do
    assert eval("config :a, b: 1, c: [d: 2]\nconfig :a, c: [e: 3]\nconfig :a, b: [4]") == [a: [c: [d: 2, e: 3], b: [4]]]
    assert eval("config :a, Foo, x: 1\nconfig :a, Foo, y: 2") == [a: [{Foo, [x: 1, y: 2]}]]
    assert Config.Reader.merge([a: [k: [1]]], a: [k: [x: 2]], b: [c: 1]) == [a: [k: [x: 2]], b: [c: 1]]
  end

  test "environment and target" do
    assert eval("config :a, b: config_env(), c: config_target()", env: :test, target: :host) == [a: [b: :test, c: :host]]
    assert_raise RuntimeError, "no :env key was given to this configuration file", fn -> eval("config_env()") end
  end

  test "what goes wrong" do
    assert_raise ArgumentError, "config/2 expected a keyword list, got: [1]", fn -> eval("config :a, [1]") end
    assert_raise RuntimeError, ~r/^could not set configuration via Config/, fn -> Config.config(:a, b: 1) end
    assert_raise File.Error, fn -> Config.Reader.read!("/no/such/config.exs") end
    assert_raise ArgumentError, ~r/^expected configuration path to be:/, fn -> Config.Provider.validate_config_path!("a") end
  end

  test "files import files" do
    directory = Path.join(System.tmp_dir!(), "config-own-test-#{System.unique_integer([:positive])}")
    File.mkdir_p!(directory)
    on_exit(fn -> File.rm_rf!(directory) end)
    [a, b, c] = Enum.map(["a.exs", "b.exs", "c.exs"], &Path.join(directory, &1))
    File.write!(a, "import Config\nconfig :x, y: 1\nimport_config \"b.exs\"\nconfig :x, y: 3")
    File.write!(b, "import Config\nconfig :x, y: 2, z: __DIR__")
    File.write!(c, "import Config\nimport_config \"c.exs\"")

    assert Config.Reader.read_imports!(a) == {[x: [z: directory, y: 3]], [b, a]}
    assert Config.Reader.load([x: [w: 0]], Config.Reader.init(a)) == [x: [w: 0, z: directory, y: 3]]
    assert_raise ArgumentError, ~r/^attempting to load configuration .*c.exs recursively/, fn -> Config.Reader.read!(c) end
    assert_raise RuntimeError, ~r/^import_config\/1 is not enabled/, fn -> Config.Reader.read!(a, imports: :disabled) end
  end
end
