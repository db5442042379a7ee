defmodule Config.ProviderBootTest do
  use ExUnit.Case

  import ExUnit.CaptureIO

  setup do
    dir = Path.join(System.tmp_dir!(), "provider-own-test-#{System.unique_integer([:positive])}-#{System.pid()}")
    File.mkdir_p!(dir)
    system = Path.join(dir, "sys.config")
    File.write!(system, "[{shop, [{open, false}, {city, \"Bergen\"}]}].\n")
    File.write!(Path.join(dir, "shop.exs"), "import Config\nconfig :shop, open: true\n")
    File.write!(Path.join(dir, "kernel.exs"), "import Config\nconfig :kernel, of_a_test: 1\n")

    on_exit(fn ->
      for key <- [:config_provider_init, :config_provider_booted], do: Application.delete_env(:elixir, key)
      for {app, key} <- [shop: :open, elixir: :shop], do: Application.delete_env(app, key)
      File.rm_rf!(dir)
    end)

    %{system: system}
  end

  defp prepare(file, system, opts) do
    [{Config.Reader, Path.join(Path.dirname(system), file)}]
    |> Config.Provider.init(system, opts)
    |> Application.put_all_env()
  end

  test "what was never prepared is skipped" do
    assert Config.Provider.boot(fn -> flunk("no restart") end) == :skip
  end

  test "a restart finds what providers gave", %{system: system} do
    prepare("shop.exs", system, reboot_system_after_config: true, extra_config: [shop: [owner: "Kari"]])
    assert Config.Provider.boot(fn -> :restarted end) == :restarted

    assert {:ok, [config]} = :file.consult(system)
    assert Enum.sort(config[:shop]) == [city: ~c"Bergen", open: true, owner: "Kari"]
    assert config[:elixir] == [config_provider_booted: {:booted, nil}]

    Application.put_all_env(Keyword.take(config, [:elixir]))
    assert Config.Provider.boot(fn -> flunk("no second restart") end) == :booted
  end

  test "without a restart it takes effect at once, but for what has been loaded", %{system: system} do
    prepare("shop.exs", system, reboot_system_after_config: false)
    assert Config.Provider.boot(fn -> flunk("no restart") end) == :ok
    assert Application.get_env(:shop, :open) == true

    Application.delete_env(:elixir, :config_provider_booted)
    prepare("kernel.exs", system, reboot_system_after_config: false)

    assert capture_io(fn -> assert_raise ErlangError, fn -> Config.Provider.boot(fn -> :restarted end) end end) =~
             "Cannot configure :kernel because"
  end

  test "what was compiled with other values does not start" do
    Application.put_env(:elixir, :shop, hours: [from: 9])
    assert Config.Provider.validate_compile_env([{:elixir, [:shop, :hours, :from], {:ok, 9}}, {:elixir, [:closed], :error}, {:none, [:a], {:ok, 1}}]) == :ok

    for {entry, text} <- [
          {{:elixir, [:shop, :hours], {:ok, 8}}, "  * Compile time value was set to: 8\n  * Runtime value was set to: [from: 9]"},
          {{:elixir, [:shop, :days], {:ok, 7}}, "path [:days] inside key :shop"},
          {{:elixir, [:shop, :hours, :from, :x], :error}, "application :elixir failed reading its compile environment"}
        ],
        do: assert(capture_io(fn -> assert_raise ErlangError, fn -> Config.Provider.validate_compile_env([entry]) end end) =~ text)
  end
end
